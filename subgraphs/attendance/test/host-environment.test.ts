import { expect, test } from '@jest/globals';
import { complaintOf } from '@tixgo/platform/testing/complaint.ts';
import { readHostEnvironment } from '../env.ts';

const reachable = { DATA_DIR: 'memory', HOST: '0.0.0.0' };

test('a host with identity in its process faces the world with an admin password of its own only', () => {
  expect(() => readHostEnvironment(reachable)).toThrow(/^ADMIN_PASSWORD/);
});

test('a host without its secrets is told of all of them in one line', () => {
  const complaint = complaintOf(() => readHostEnvironment({ DATA_DIR: 'memory', NODE_ENV: 'production' }));
  expect(complaint).toMatch(
    /^JWT_SECRET is [^\n]*; TICKET_SIGNING_KEYS is [^\n]*; PAYMENT_PROVIDER is [^\n]*; SERVICE_SECRET is [^\n]*$/,
  );
});

test('a host whose identity runs by itself needs no admin', () => {
  const elsewhere = { IDENTITY_URL: 'http://identity:18081/graphql', NATS_URL: 'nats://nats:4222' };
  expect(readHostEnvironment({ ...reachable, ...elsewhere }).identity).toBeUndefined();
});

test('a host that keeps nothing knows the tokens that identity in its process gives out', () => {
  const { identity, identityDoor } = readHostEnvironment({ DATA_DIR: 'memory' });
  expect(identityDoor.tokens).toEqual(identity?.tokens);
});
