import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { systemClock } from '@tixgo/platform/clock.ts';
import { signCall } from '@tixgo/platform/service-signature.ts';
import { userViewer } from '@tixgo/platform/testing/ask.ts';
import { createTestDatabase, type TestDatabase } from '@tixgo/platform/testing/test-database.ts';
import Stripe from 'stripe';

const serviceSecret = 'service-secret-'.repeat(3);
const webhookSecret = 'whsec_test';

let server: ChildProcessByStdio<null, Readable, null>;
let database: TestDatabase;
let origin: string;
beforeAll(async () => {
  database = await createTestDatabase();
  server = spawn(process.execPath, [fileURLToPath(new URL('../server.ts', import.meta.url))], {
    env: {
      DATA_DIR: 'memory',
      PAYMENT_PORT: '0',
      PAYMENT_DATABASE_URL: database.url,
      SERVICE_SECRET: serviceSecret,
      // Nobody listens there: it serves all the same.
      NATS_URL: 'nats://127.0.0.1:1',
      PAYMENT_PROVIDER: 'stripe',
      STRIPE_SECRET_KEY: 'sk_test_1',
      STRIPE_WEBHOOK_SECRET: webhookSecret,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  origin = `http://127.0.0.1:${await portOf(server)}`;
});
afterAll(async () => {
  server.kill('SIGKILL');
  await database.close();
});

/** The port that the server logs once it listens. */
async function portOf({ stdout }: { stdout: Readable }): Promise<number> {
  for await (const line of createInterface({ input: stdout })) {
    const { port } = JSON.parse(line);
    if (typeof port === 'number') {
      stdout.resume();
      return port;
    }
  }
  throw new Error('The server ended before it listened.');
}

const post = async (path: string, body: string, headers: Record<string, string>) => {
  const init = { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } };
  const response = await fetch(`${origin}${path}`, init);
  return { status: response.status, answer: await response.json() };
};

test('as a process of its own answers signed calls and takes webhooks', async () => {
  const body = JSON.stringify({ query: '{ myPayments { edges { cursor } } }' });
  const call = { method: 'POST', path: '/graphql', body, caller: { viewer: userViewer('USER') } };
  expect(await post('/graphql', body, signCall(call, serviceSecret, systemClock))).toEqual({
    status: 200,
    answer: { data: { myPayments: { edges: [] } } },
  });
  expect(await post('/graphql', body, {})).toMatchObject({ status: 401 });
  const payload = JSON.stringify({ id: 'evt_1', object: 'event', type: 'x', data: { object: {} } });
  const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret: webhookSecret });
  expect(await post('/webhooks/stripe', payload, { 'stripe-signature': signature })).toMatchObject({
    status: 200,
  });
  expect(await post('/webhooks/stripe', payload, {})).toMatchObject({ status: 400 });
});

test('SIGTERM ends the process in good order', async () => {
  const exited = once(server, 'exit');
  server.kill('SIGTERM');
  expect((await exited)[0]).toBe(0);
});
