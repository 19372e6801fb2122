import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { eventually } from '@tixgo/platform/testing/eventually.ts';
import { isNatsServerInstalled, NatsServer } from '@tixgo/platform/testing/nats-server.ts';
import { createTestDatabase, type TestDatabase } from '@tixgo/platform/testing/test-database.ts';
import type { RunningHost } from '../host/host.ts';
import { documents, keyedDocuments } from './buying-documents.ts';
import { clientOf, type HostClient, startHostOn } from './host-client.ts';

// Ticket codes are signed by each host with a key of its own, made at its start: either's are good at both.
const shared = { JWT_SECRET: 'j'.repeat(40), SERVICE_SECRET: 's'.repeat(40) };
const password = 'test-pass-123';

let broker: NatsServer;
let database: TestDatabase;
let hosts: readonly [RunningHost, RunningHost];
let one: HostClient;
let other: HostClient;
let admin: string;
const viewerLimit = 40;

(isNatsServerInstalled() ? describe : describe.skip)('two hosts on one database and one broker', () => {
  beforeAll(async () => {
    [database, broker] = await Promise.all([createTestDatabase(), NatsServer.start()]);
    const limits = { LIMIT_VIEWER_REQUESTS_PER_MINUTE: String(viewerLimit), LIMIT_REQUESTS_PER_MINUTE: '0' };
    const environment = { ...shared, ...limits, NATS_URL: broker.url };
    hosts = await Promise.all([startHostOn(database, environment), startHostOn(database, environment)]);
    [one, other] = [clientOf(hosts[0]), clientOf(hosts[1])];
    admin = (await one.login('admin', 'admin123')).accessToken;
    await eventually(async () => {
      for (const { url } of [one, other]) expect((await fetch(`${url}/ready`)).status).toBe(200);
    });
  }, 60_000);
  afterAll(async () => {
    await Promise.all(hosts.map((host) => host.stop()));
    await broker.close();
    await database.close();
  });

  test('that started at once have made one first admin', async () => {
    const { rows } = await database.pool.query(`select username from identity."user" where role = 'ADMIN'`);
    expect(rows).toEqual([{ username: 'admin' }]);
  });

  describe('a session', () => {
    const me = '{ answer: me { username } }';
    const refresh = `mutation ($token: String!) { answer: refreshSession(refreshToken: $token) { refreshToken } }`;

    test('goes on at the other, and a refresh that is repeated there has the same successor', async () => {
      const { refreshToken, accessToken } = await person('ada');
      expect(await answerOf(other, me, {}, accessToken)).toEqual({ username: 'ada' });
      const first = await answerOf(one, refresh, { token: refreshToken });
      expect(await answerOf(other, refresh, { token: refreshToken })).toEqual(first);
    });

    test('that ends at one is over at the other', async () => {
      const { accessToken } = await person('bob');
      expect(await answerOf(other, me, {}, accessToken)).toEqual({ username: 'bob' });
      await answerOf(one, 'mutation { answer: logout }', {}, accessToken);
      await eventually(async () => {
        const { errors } = await other.ask(me, {}, accessToken);
        expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
      });
    });
  });

  describe('a request with a key', () => {
    test('that reaches both at once is done once: a reservation, its payment, a scan', async () => {
      const { accessToken } = await person('cleo');
      const eventId = await newEvent();
      const ticketTypeId = await newType(eventId);
      const lines = [{ ticketTypeId, quantity: 2 }];
      const order = await atBoth('reserveTickets', { eventId, lines, idempotencyKey: newId() }, accessToken);
      expect(order).toMatchObject({ __typename: 'Order' });
      const paying = { orderId: order.id, paymentMethod: 'pm_card_visa', idempotencyKey: newId() };
      expect(await atBoth('payOrder', paying, accessToken)).toMatchObject({ status: 'SUCCEEDED' });
      const { rows } = await database.pool.query('select charged from payment.sandbox_intent');
      expect(rows).toEqual([{ charged: 5_000 }]);
      const scan = { eventId, ticketId: newId(), nonce: newId() };
      expect(await atBoth('checkIn', scan, admin)).toMatchObject({ __typename: 'CheckInRefusal' });
    });
  });

  describe('a ticket', () => {
    test('sold at one is let in once at either, by the code of either', async () => {
      const { accessToken } = await person('dan');
      const eventId = await newEvent();
      const codes = await buy(eventId, accessToken);
      const scans = await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          const input = { eventId, code: codes[index % 2] };
          return await answerOf(index % 4 < 2 ? one : other, keyedDocuments.checkIn, { input }, admin);
        }),
      );
      const admitted = scans.filter(({ __typename }) => __typename === 'CheckIn');
      expect(admitted).toHaveLength(1);
      expect(new Set(scans.map(({ reason = 'admitted' }) => reason))).toEqual(
        new Set(['admitted', 'ALREADY_REDEEMED']),
      );
    });
  });

  test('a limit that somebody spends at both holds at both', async () => {
    const { accessToken } = await person('eva');
    const statuses = async () => {
      const headers = { authorization: `Bearer ${accessToken}` };
      const answers = await Promise.all(
        [one, other].map(({ url }) => fetch(`${url}/api/auth/me`, { headers })),
      );
      return answers.map(({ status }) => status);
    };
    await awaitRoomInMinute();
    const spend = async (times: number) => {
      for (let time = 0; time < times; time += 1) await statuses();
    };
    // In all less than the limit at each, and more at both.
    await spend(viewerLimit / 2 + 1);
    for (let round = 0; round < 3; round += 1) {
      const rounds = hosts.map(nextRound);
      await spend(1);
      await Promise.all(rounds);
    }
    expect(await statuses()).toEqual([429, 429]);
  });

  test('one that stops leaves all of it to the other', async () => {
    const { accessToken } = await person('fay');
    const eventId = await newEvent();
    const [code] = await buy(eventId, accessToken);
    await hosts[0].stop();
    const input = { eventId, code };
    expect(await answerOf(other, keyedDocuments.checkIn, { input }, admin)).toMatchObject({
      __typename: 'CheckIn',
    });
    const typeId = await newType(eventId, other);
    const lines = [{ ticketTypeId: typeId, quantity: 1 }];
    const reserving = { input: { eventId, lines, idempotencyKey: newId() } };
    const order = await answerOf(other, keyedDocuments.reserveTickets, reserving, accessToken);
    const paying = { input: { orderId: order.id, paymentMethod: 'pm_card_visa', idempotencyKey: newId() } };
    await answerOf(other, keyedDocuments.payOrder, paying, accessToken);
    await eventually(async () => {
      const status = await answerOf(other, orderQuery, { id: order.id }, accessToken);
      expect(status).toMatchObject({ status: 'PAID' });
    });
  });
});

const orderQuery = 'query ($id: ID!) { answer: order(id: $id) { status tickets { id code } } }';

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape it asked for
type Answer = any;

/** What the field aliased `answer` says. */
async function answerOf(
  host: HostClient,
  document: string,
  variables: Record<string, unknown> = {},
  token?: string,
): Promise<Answer> {
  const { data, errors } = await host.ask(document, variables, token);
  if (errors) throw new Error(`${document} ${JSON.stringify(variables)}: ${JSON.stringify(errors)}`);
  return data.answer;
}

/** Sends the same to both at the same time, which must answer alike. */
async function atBoth(
  document: keyof typeof keyedDocuments,
  input: Record<string, unknown>,
  token: string,
): Promise<Answer> {
  const twins = [one, other, one, other].map((host) =>
    answerOf(host, keyedDocuments[document], { input }, token),
  );
  const [first, ...others] = await Promise.all(twins);
  for (const answer of others) expect(answer).toEqual(first);
  return first;
}

async function person(username: string) {
  await answerOf(one, documents.register, { input: { username, password, role: 'USER' } });
  return await other.login(username, password);
}

async function newEvent(): Promise<string> {
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  const input = { name: 'A concert', startsAt: inDays(0), endsAt: inDays(1), timezone: 'UTC' };
  return (await answerOf(one, documents.createEvent, { input }, admin)).id;
}

async function newType(eventId: string, host = one): Promise<string> {
  const price = { amount: 2_500, currency: 'EUR' };
  const input = { eventId, name: 'Standing', price, capacity: 5 };
  return (await answerOf(host, documents.createTicketType, { input }, admin)).id;
}

/** A ticket, paid for at the one; its code as each of them shows it. */
async function buy(eventId: string, token: string): Promise<readonly [string, string]> {
  const lines = [{ ticketTypeId: await newType(eventId), quantity: 1 }];
  const reserving = { input: { eventId, lines, idempotencyKey: newId() } };
  const { id } = await answerOf(one, keyedDocuments.reserveTickets, reserving, token);
  const paying = { input: { orderId: id, paymentMethod: 'pm_card_visa', idempotencyKey: newId() } };
  await answerOf(one, keyedDocuments.payOrder, paying, token);
  return await eventually(async () => {
    const orders = await Promise.all([one, other].map((host) => answerOf(host, orderQuery, { id }, token)));
    const [mine, theirs] = orders.map(({ tickets }) => tickets[0]?.code);
    expect([typeof mine, typeof theirs]).toEqual(['string', 'string']);
    expect(mine).not.toBe(theirs);
    return [mine, theirs] as const;
  });
}

/** Limits count by the clock's minutes: what began in one and ended in another would count twice. */
async function awaitRoomInMinute(): Promise<void> {
  const left = 60_000 - (Date.now() % 60_000);
  if (left < 15_000) await setTimeout(left);
}

/** Resolves once the host has told the others of its requests the next time, and heard of theirs. */
function nextRound({ system }: RunningHost): Promise<void> {
  const { pool } = system.attendanceDatabase;
  const query = pool.query.bind(pool) as (...asked: unknown[]) => Promise<unknown>;
  return new Promise((resolve) => {
    const watching = (...asked: unknown[]) => {
      const answer = query(...asked);
      if (JSON.stringify(asked[0]).includes('request_count')) {
        pool.query = query as never;
        answer.then(() => resolve(), resolve);
      }
      return answer;
    };
    pool.query = watching as never;
  });
}
