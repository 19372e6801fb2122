import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { systemClock } from '@tixgo/platform/clock.ts';
import { InProcessBus } from '@tixgo/platform/facts/in-process-bus.ts';
import type { HttpService } from '@tixgo/platform/http/http-service.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import { createTestDatabase, type TestDatabase } from '@tixgo/platform/testing/test-database.ts';
import { AccessTokens } from '@tixgo/platform/tokens.ts';
import bcrypt from 'bcrypt';
import { identityHttpService } from '../http.ts';
import { buildIdentitySubgraph } from '../subgraph.ts';
import { noLookup, testEnvironment } from './identity-system.ts';

let database: TestDatabase;
let http: HttpService;
let isReady = true;
/** Holds hashing, when it is there. */
let held: Promise<void> | undefined;
beforeAll(async () => {
  database = await createTestDatabase();
  const log = createLog('silent');
  const { tokens: tokenSettings } = testEnvironment;
  const bus = new InProcessBus(log);
  const subgraph = buildIdentitySubgraph({
    database,
    bus,
    log,
    clock: systemClock,
    lookup: noLookup,
    environment: testEnvironment,
    bcrypt: {
      compare: (password, hash) => bcrypt.compare(password, hash),
      hash: async (password, cost) => {
        await held;
        return await bcrypt.hash(password, cost);
      },
    },
  });
  await subgraph.prepare();
  http = await identityHttpService({
    isReady: async () => isReady,
    drainTime: 0,
    log,
    database,
    subgraph,
    tokens: new AccessTokens(tokenSettings, systemClock),
    environment: {
      explorer: false,
      publicUrl: 'http://localhost:18081',
      corsOrigins: [],
      limits: { perAddress: 0, perViewer: 0 },
      maxDelay: 0,
      deadline: 1_000,
      bodyLimit: 1_024,
      trustProxy: false,
    },
  });
});
afterAll(async () => {
  await http.close();
  await database.close();
});

const get = async (url: string) => {
  const { statusCode, body } = await http.app.inject({ url });
  return { statusCode, body: JSON.parse(body) };
};

test('a monitor sees that the service is alive', async () => {
  expect(await get('/health')).toEqual({
    statusCode: 200,
    body: { status: 'ok', service: 'identity-service' },
  });
});

const register = async (username: string) => {
  const body = { username, password: 'test-pass-123' };
  return await http.app.inject({ method: 'POST', url: '/auth/register', body });
};

test('who waits longer than the deadline is told to try again', async () => {
  let release = () => {};
  held = new Promise((resolve) => {
    release = resolve;
  });
  const late = await register('late');
  release();
  held = undefined;
  expect([late.statusCode, late.headers['retry-after']]).toEqual([503, '1']);
  expect(late.json()).toEqual({ detail: 'A part of the system does not answer just now.' });
  expect((await register('in time')).statusCode).toBe(201);
});

test('a body over the limit is refused', async () => {
  const { statusCode, body } = await register('x'.repeat(1_100));
  expect([statusCode, JSON.parse(body)]).toEqual([413, { detail: 'The body is too large.' }]);
});

test('a balancer sees whether it can serve: with its database, and until it stops', async () => {
  expect(await get('/ready')).toMatchObject({ statusCode: 200 });
  isReady = false;
  expect(await get('/ready')).toMatchObject({ statusCode: 503 });
  expect(await get('/health')).toMatchObject({ statusCode: 200 });
  isReady = true;
  await http.drain();
  expect(await get('/ready')).toMatchObject({ statusCode: 503 });
});
