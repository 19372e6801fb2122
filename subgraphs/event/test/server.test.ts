import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '@tixgo/platform/clock.ts';
import { signCall } from '@tixgo/platform/service-signature.ts';
import { userViewer } from '@tixgo/platform/testing/ask.ts';
import { isNightly } from '@tixgo/platform/testing/env.ts';
import { isNatsServerInstalled, NatsServer } from '@tixgo/platform/testing/nats-server.ts';
import { createTestDatabase, type TestDatabase } from '@tixgo/platform/testing/test-database.ts';
import { anonymous, type Viewer } from '@tixgo/platform/viewer.ts';
import { documents, evening, waitForLock } from './event-system.ts';

const serviceSecret = 'service-secret-'.repeat(3);
/** Nobody listens there: a service serves all the same, and is not ready. */
const noBroker = 'nats://127.0.0.1:1';

interface Server {
  readonly process: ChildProcessByStdio<null, Readable, Readable>;
  readonly exited: Promise<number | null>;
  /** What it wrote to standard error, once it has exited. */
  readonly complaints: () => string;
}

const servers: Server[] = [];

function spawnServer(environment: Record<string, string> = {}): Server {
  const child = spawn(process.execPath, [fileURLToPath(new URL('../server.ts', import.meta.url))], {
    env: {
      DATA_DIR: 'memory',
      EVENT_PORT: '0',
      SERVICE_SECRET: serviceSecret,
      NATS_URL: noBroker,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const exited = once(child, 'close').then(([code]) => code);
  const started = { process: child, exited, complaints: () => complaints };
  servers.push(started);
  return started;
}

/** The port that the server logs once it listens. */
async function portOf({ process: child, complaints }: Server): Promise<number> {
  for await (const line of createInterface({ input: child.stdout })) {
    const { port } = JSON.parse(line);
    if (typeof port === 'number') {
      child.stdout.resume();
      return port;
    }
  }
  throw new Error(`The server ended before it listened: ${complaints()}`);
}

let url: string;
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  url = `http://127.0.0.1:${await portOf(spawnServer())}`;
});
afterAll(async () => {
  for (const started of servers) started.process.kill('SIGKILL');
  await database.close();
});

const post = async (body: string, headers: Record<string, string>, origin = url) => {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
  return { status: response.status, answer: await response.json() };
};

const signed = (body: string, viewer: Viewer, secret = serviceSecret) =>
  signCall({ method: 'POST', path: '/graphql', body, caller: { viewer } }, secret, systemClock);

const ask = async (query: string, variables: object, viewer: Viewer, origin = url) => {
  const body = JSON.stringify({ query, variables });
  return await post(body, signed(body, viewer), origin);
};

describe('the event service as a process of its own', () => {
  const listing = JSON.stringify({ query: documents.events });

  test('answers monitors', async () => {
    expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: 'ok', service: 'event-service' });
    expect((await fetch(`${url}/ready`)).status).toBe(503);
  });

  (isNatsServerInstalled() ? test : test.skip)('is ready once the broker is there', async () => {
    const broker = await NatsServer.reserve();
    const started = spawnServer({ NATS_URL: broker.url });
    const origin = `http://127.0.0.1:${await portOf(started)}`;
    expect((await fetch(`${origin}/ready`)).status).toBe(503);
    await broker.start();
    while ((await fetch(`${origin}/ready`)).status !== 200) await new Promise(setImmediate);
    started.process.kill('SIGTERM');
    expect(await started.exited).toBe(0);
    await broker.close();
  });

  test.each<[string, Record<string, string>]>([
    ['that nobody signed', {}],
    ['signed with another secret', signed(listing, anonymous, 'x'.repeat(32))],
    ['signed for another body', signed('{}', userViewer('ADMIN'))],
    ['with a user’s token', { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' }],
  ])('refuses a call %s', async (_what, headers) => {
    expect(await post(listing, headers)).toMatchObject({
      status: 401,
      answer: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    });
  });

  test('serves the gateway’s calls, each for its viewer', async () => {
    const input = { ...evening, id: 'evt1' };
    const admin = userViewer('ADMIN');
    expect(await ask(documents.createEvent, { input }, admin)).toMatchObject({
      status: 200,
      answer: { data: { createEvent: { id: 'evt1', status: 'PUBLISHED', organizer: { id: admin.id } } } },
    });
    expect(await ask(documents.event, { id: 'evt1' }, anonymous)).toMatchObject({
      answer: { data: { event: { name: evening.name } } },
    });
    expect(await ask(documents.deleteEvent, { id: 'evt1' }, userViewer('COMMITTEE'))).toMatchObject({
      answer: { errors: [{ extensions: { code: 'FORBIDDEN', coordinate: 'Mutation.deleteEvent' } }] },
    });
  });
});

describe('a start that cannot be', () => {
  test.each<[string, Record<string, string>]>([
    ['EVENT_PORT', { EVENT_PORT: 'eight' }],
    ['SERVICE_SECRET', { NODE_ENV: 'production', SERVICE_SECRET: '' }],
    ['DATA_DIR', { DATA_DIR: '/dev/null/data' }],
    ['NATS_URL', { NATS_URL: '' }],
    ['NATS_URL', { NATS_URL: 'http://127.0.0.1:4222' }],
  ])('is told in one line that names %s', async (variable, environment) => {
    const refused = spawnServer(environment);
    expect(await refused.exited).toBe(1);
    expect(refused.complaints()).toMatch(new RegExp(`^${variable}[^\\n]*\\n$`));
  });

  test('because of a taken port is told in one line', async () => {
    const refused = spawnServer({ EVENT_PORT: new URL(url).port, EVENT_DATABASE_URL: database.url });
    expect(await refused.exited).toBe(1);
    expect(refused.complaints()).toMatch(/^Port \d+ is taken; [^\n]*EVENT_PORT[^\n]*\n$/);
  });
});

test.each<[NodeJS.Signals, string, () => Record<string, string>]>([
  ['SIGTERM', 'the embedded database', () => ({})],
  ['SIGINT', 'a PostgreSQL', () => ({ EVENT_DATABASE_URL: database.url })],
])('%s ends the process on %s in good order', async (signal, _database, environment) => {
  const stopped = spawnServer(environment());
  await portOf(stopped);
  stopped.process.kill(signal);
  expect(await stopped.exited).toBe(0);
  expect(stopped.complaints()).toBe('');
});

test('a process that is told to stop takes no more work and finishes what is under way', async () => {
  const stopped = spawnServer({ EVENT_DATABASE_URL: database.url });
  const origin = `http://127.0.0.1:${await portOf(stopped)}`;
  const admin = userViewer('ADMIN');
  await ask(documents.createEvent, { input: { ...evening, id: 'held' } }, admin, origin);
  const connection = await database.pool.connect();
  await connection.query("begin; select 1 from event.event where id = 'held' for update");
  const answer = ask(documents.updateEvent, { id: 'held', input: { name: 'Late' } }, admin, origin);
  await waitForLock(database);
  stopped.process.kill('SIGTERM');
  const listens = async () =>
    await fetch(`${origin}/ready`).then(
      () => true,
      () => false,
    );
  while (await listens());
  await connection.query('commit');
  connection.release();
  expect(await answer).toMatchObject({ answer: { data: { updateEvent: { name: 'Late' } } } });
  expect(await stopped.exited).toBe(0);
});

/** By night with the longest drain, which takes as long. */
const drainSeconds = isNightly() ? '15' : '0';

test('a process that is told to stop ends within 25 seconds, also when a request never arrives in full', async () => {
  const stopped = spawnServer({ EVENT_DATABASE_URL: database.url, DRAIN_SECONDS: drainSeconds });
  const socket = connect(await portOf(stopped), '127.0.0.1');
  const body = JSON.stringify({ query: documents.events });
  const headers = Object.entries(signed(body, anonymous)).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `POST /graphql HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\n${headers.join('')}`;
  socket.write(`${head}content-length: ${body.length}\r\n\r\n`);
  // It has begun with it, and waits for the rest.
  await once(socket, 'data');
  const told = Date.now();
  stopped.process.kill('SIGTERM');
  expect(await stopped.exited).toBe(0);
  expect(Date.now() - told).toBeLessThan(25_000);
}, 60_000);
