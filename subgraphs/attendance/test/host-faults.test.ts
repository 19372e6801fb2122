import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { testDatabaseServerUrl } from '@tixgo/platform/testing/env.ts';
import { HostProcess, newFolder } from './host-process.ts';
import { newSigningKey } from './signing-key.ts';

/** Scans tickets from several scanners until nobody answers; tells which were let in. */
function stream(host: HostProcess, token: string, eventId: string) {
  const admitted: string[] = [];
  let asked = 0;
  const { promise: warm, resolve } = Promise.withResolvers<void>();
  const scanner = async () => {
    for (;;) {
      asked += 1;
      const ticketId = `T${asked}`;
      const answer = await host.scan(token, eventId, ticketId);
      if (answer === undefined) return;
      if (answer === 'CheckIn') admitted.push(ticketId);
      if (admitted.length === 60) resolve();
    }
  };
  const scanners = Promise.all(Array.from({ length: 8 }, scanner));
  const done = async () => {
    await scanners;
    return admitted;
  };
  return { warm, done };
}

const ticketsOf = async (host: HostProcess, token: string, eventId: string) => {
  const tickets = new Set<string>();
  const query = `query ($eventId: ID!, $after: String) { attendance(eventId: $eventId) { totalCheckedIn
    records(first: 100, after: $after) { edges { node { ticketId } } pageInfo { hasNextPage endCursor } } } }`;
  let after: string | null = null;
  for (;;) {
    const { data } = await host.graphql(query, { eventId, after }, token);
    const { edges, pageInfo } = data.attendance.records;
    for (const { node } of edges) tickets.add(node.ticketId);
    if (!pageInfo.hasNextPage) return { tickets, total: data.attendance.totalCheckedIn };
    after = pageInfo.endCursor;
  }
};

describe('a host with the embedded database', () => {
  test('that is killed under a stream of check-ins has kept every acknowledged one', async () => {
    const DATA_DIR = newFolder();
    const first = await (await HostProcess.start({ DATA_DIR })).ready();
    const token = await first.signIn();
    const eventId = await first.openEvent(token);
    const scans = stream(first, token, eventId);
    await scans.warm;
    first.signal('SIGKILL');
    const admitted = await scans.done();
    const second = await (await HostProcess.start({ DATA_DIR })).ready();
    try {
      const { tickets, total } = await ticketsOf(second, token, eventId);
      expect(admitted.filter((ticketId) => !tickets.has(ticketId))).toEqual([]);
      expect(total).toBe(tickets.size);
      expect(await second.scan(token, eventId, admitted[0] ?? '')).toBe('CheckInRefusal');
    } finally {
      await second.stop();
    }
  });

  test('that is told to stop under load finishes what it took on, closes clean and exits with 0', async () => {
    const DATA_DIR = newFolder();
    const first = await (await HostProcess.start({ DATA_DIR })).ready();
    const token = await first.signIn();
    const eventId = await first.openEvent(token);
    const scans = stream(first, token, eventId);
    await scans.warm;
    const { code, output } = await first.stop();
    const admitted = await scans.done();
    expect({ code, output }).toEqual({ code: 0, output: '' });
    const second = await (await HostProcess.start({ DATA_DIR })).ready();
    try {
      const { tickets } = await ticketsOf(second, token, eventId);
      expect([...tickets].sort()).toEqual(admitted.sort());
    } finally {
      await second.stop();
    }
  });
});

describe('a host that cannot start says why in one line, and exits with 1', () => {
  const failure = async (environment: Record<string, string>) => {
    const { code, output } = await (await HostProcess.start({ DATA_DIR: 'memory', ...environment })).ended;
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(1);
    return output.trim();
  };

  test('when its port is taken', async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as { port: number };
    expect(await failure({ ATTENDANCE_PORT: String(port) })).toBe(
      `Port ${port} is taken; stop what listens there, or set ATTENDANCE_PORT to another one.`,
    );
    server.close();
  });

  test('when another process uses its data folder', async () => {
    const DATA_DIR = newFolder();
    const first = await (await HostProcess.start({ DATA_DIR })).ready();
    expect(await failure({ DATA_DIR })).toBe(
      `DATA_DIR: another process uses the folder ${DATA_DIR}; stop it, or set another DATA_DIR.`,
    );
    await first.stop();
  });

  test('when its data folder cannot be written', async () => {
    const file = join(newFolder(), 'file');
    writeFileSync(file, '');
    expect(await failure({ DATA_DIR: join(file, 'data') })).toMatch(
      /^DATA_DIR: the folder .* cannot be written/,
    );
  });

  const secrets = {
    JWT_SECRET: 'j'.repeat(40),
    SERVICE_SECRET: 's'.repeat(40),
    TICKET_SIGNING_KEYS: newSigningKey(),
  };
  test.each<[string, Record<string, string>, RegExp]>([
    [
      'a setting is not a number',
      { ATTENDANCE_PORT: 'many' },
      /^ATTENDANCE_PORT must be a whole number from 0 to 65535/,
    ],
    [
      'a setting is none of its values',
      { NODE_ENV: 'prod' },
      /^NODE_ENV must be one of development, test, production/,
    ],
    [
      'facts have no way to a subgraph elsewhere',
      { EVENT_URL: 'http://event:8000/graphql' },
      /^NATS_URL is required with EVENT_URL/,
    ],
    ['a URL is none', { EVENT_URL: 'event:8000' }, /^EVENT_URL must be a URL/],
    [
      'the database is not there',
      { DATABASE_URL: new URL('/nowhere', testDatabaseServerUrl()).href },
      /^DATABASE_URL: \S+ does not serve us: .*"nowhere" does not exist/,
    ],
    [
      'admin123 would face the world',
      { HOST: '0.0.0.0' },
      /^ADMIN_PASSWORD: admin123 serves in development and on this machine only/,
    ],
    ['production has no secrets', { NODE_ENV: 'production' }, /^JWT_SECRET is required in production/],
    ['a secret is short', { JWT_SECRET: 'short' }, /^JWT_SECRET must have at least 32 characters/],
    [
      'one secret serves for two',
      { ...secrets, SERVICE_SECRET: secrets.JWT_SECRET },
      /^SERVICE_SECRET must not be JWT_SECRET/,
    ],
    [
      'production has no keys for tickets',
      { NODE_ENV: 'production', ...secrets, TICKET_SIGNING_KEYS: '' },
      /^TICKET_SIGNING_KEYS is required in production/,
    ],
    [
      'a key for tickets is none',
      { TICKET_SIGNING_KEYS: 'c2VjcmV0' },
      /^TICKET_SIGNING_KEYS must be Ed25519 keys/,
    ],
    [
      'Stripe is chosen without its secrets',
      { PAYMENT_PROVIDER: 'stripe' },
      /^STRIPE_SECRET_KEY \(or STRIPE_SECRET_KEY_FILE\) is required/,
    ],
    [
      'production names nobody who moves the money',
      { NODE_ENV: 'production', ...secrets },
      /^PAYMENT_PROVIDER is required in production/,
    ],
    [
      'production has no admin',
      { NODE_ENV: 'production', PAYMENT_PROVIDER: 'sandbox', ...secrets },
      /^ADMIN_USERNAME and ADMIN_PASSWORD/,
    ],
    ['a role may not be taken by oneself', { REGISTRATION_ROLES: 'ADMIN' }, /^REGISTRATION_ROLES may list/],
  ])('when %s', async (_what, environment, line) => {
    expect(await failure(environment)).toMatch(line);
  });
});
