import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import { expectStockToAgree } from './stock-agreement.ts';
import { type Answer, admin, buyer, startTickets, type TicketSystem } from './ticket-system.ts';

let system: TicketSystem;
beforeAll(async () => {
  system = await startTickets({ works: false });
});
afterAll(() => system.close());

const reservedAt = '2026-05-01T10:00:00.000Z';
const lastMoment = '2026-05-01T10:00:59.999Z';
const lapsedAt = '2026-05-01T10:01:00.000Z';
beforeEach(() => system.at(reservedAt));

const sweep = async () => await system.subgraph.services.sweepLapsedOrders();
const statusOf = async (id: string): Promise<string> =>
  (await system.client.data('query ($id: ID!) { order(id: $id) { status } }', { id }, admin)).order.status;

const stockQuery = /* GraphQL */ `
  query ($type: [_Any!]!, $summary: [_Any!]!) {
    types: _entities(representations: $type) { ... on TicketType { available } }
    summaries: _entities(representations: $summary) { ... on EventSummary { sales { sold reserved } } }
  }
`;

/** What the event's one type shows to buyers and to the organizer. */
async function stockOf(eventId: string, typeId: string): Promise<Answer> {
  const variables = {
    type: [{ __typename: 'TicketType', id: typeId }],
    summary: [{ __typename: 'EventSummary', eventId }],
  };
  const { types, summaries } = await system.client.data(stockQuery, variables, admin);
  return { ...types[0], ...summaries[0].sales };
}

interface Sale {
  readonly eventId: string;
  readonly typeId: string;
  readonly bea: UserViewer;
  readonly orderId: string;
}

/** An event with two tickets, both held by an order. */
async function heldOut(): Promise<Sale> {
  const eventId = await system.event({ endsAt: '2026-07-01T00:00:00.000Z' });
  const typeId = await system.type(eventId, { capacity: 2 });
  const bea = buyer();
  const order = await system.reserve(bea, eventId, typeId, 2);
  expect(order.expiresAt).toBe(lapsedAt);
  return { eventId, typeId, bea, orderId: order.id };
}

async function begin(orderId: string, at: string): Promise<string> {
  const paymentId = newId();
  await system.tell('payment.started', orderId, { orderId, paymentId, at });
  return paymentId;
}

const succeed = async (orderId: string, paymentId: string, factId?: string) =>
  await system.tell('payment.succeeded', orderId, { orderId, paymentId, amount: 5000 }, factId);

describe('an order that nobody pays', () => {
  test('holds its tickets to the last moment', async () => {
    const { eventId, typeId, orderId } = await heldOut();
    system.at(lastMoment);
    await sweep();
    expect(await statusOf(orderId)).toBe('PENDING');
    expect(await stockOf(eventId, typeId)).toEqual({ available: 0, sold: 0, reserved: 2 });
    expect(await system.reserve(buyer(), eventId, typeId)).toMatchObject({ __typename: 'SoldOut' });
  });

  test('is expired and its tickets are free from then on, before any sweep', async () => {
    const { eventId, typeId, orderId, bea } = await heldOut();
    system.at(lapsedAt);
    expect(await statusOf(orderId)).toBe('EXPIRED');
    expect(await stockOf(eventId, typeId)).toEqual({ available: 2, sold: 0, reserved: 0 });
    const lists = /* GraphQL */ `
      query ($buyerId: ID!) {
        expired: orders(filter: { status: EXPIRED, buyerId: $buyerId }) { edges { node { id } } }
        pending: orders(filter: { status: PENDING, buyerId: $buyerId }) { edges { node { id } } }
      }
    `;
    expect(await system.client.data(lists, { buyerId: bea.id }, admin)).toEqual({
      expired: { edges: [{ node: { id: orderId } }] },
      pending: { edges: [] },
    });
    const cancel = 'mutation ($id: ID!) { cancelOrder(id: $id) { status } }';
    expect(await system.client.refusal(cancel, { id: orderId }, bea)).toMatchObject({ code: 'CONFLICT' });
    const next = await system.reserve(buyer(), eventId, typeId, 2);
    expect(next).toMatchObject({ __typename: 'Order', status: 'PENDING' });
    expect(await stockOf(eventId, typeId)).toEqual({ available: 0, sold: 0, reserved: 2 });
    await expectStockToAgree(system.database, eventId);
  });

  test('is swept, and others are told', async () => {
    const { eventId, typeId, orderId } = await heldOut();
    system.at(lapsedAt);
    await sweep();
    const told = await system.toldOf('order.changed', orderId);
    expect(told.map(({ status, version }) => [status, version])).toEqual([
      ['PENDING', 1],
      ['EXPIRED', 2],
    ]);
    expect(await stockOf(eventId, typeId)).toEqual({ available: 2, sold: 0, reserved: 0 });
    await expectStockToAgree(system.database, eventId);
  });

  test('and comes to be paid afterwards is paid back, once, however often that is heard', async () => {
    const { eventId, orderId } = await heldOut();
    system.at('2026-05-01T10:05:00.000Z');
    const [paymentId, factId] = [newId(), newId()];
    await succeed(orderId, paymentId, factId);
    await succeed(orderId, paymentId, factId);
    expect(await system.toldOf('order.refund-due', orderId)).toEqual([
      { orderId, paymentId, amount: 5000, cause: 'LATE_PAYMENT' },
    ]);
    expect(await statusOf(orderId)).toBe('EXPIRED');
    await expectStockToAgree(system.database, eventId);
  });
});

describe('a payment that begins in time', () => {
  test('holds the tickets on until it succeeds', async () => {
    const { eventId, typeId, orderId, bea } = await heldOut();
    system.at(lastMoment);
    const paymentId = await begin(orderId, lastMoment);
    system.at('2026-05-01T10:09:00.000Z');
    await sweep();
    expect(await statusOf(orderId)).toBe('PENDING');
    expect(await system.reserve(buyer(), eventId, typeId)).toMatchObject({ __typename: 'SoldOut' });
    const cancel = 'mutation ($id: ID!) { cancelOrder(id: $id) { status } }';
    expect(await system.client.refusal(cancel, { id: orderId }, bea)).toMatchObject({ code: 'CONFLICT' });
    await succeed(orderId, paymentId);
    expect(await statusOf(orderId)).toBe('PAID');
    expect(await stockOf(eventId, typeId)).toEqual({ available: 0, sold: 2, reserved: 0 });
    await expectStockToAgree(system.database, eventId);
  });

  test('and fails leaves the order the time that its buyer was told', async () => {
    const { eventId, typeId, orderId } = await heldOut();
    const paymentId = await begin(orderId, reservedAt);
    system.at('2026-05-01T10:00:30.000Z');
    await system.tell('payment.failed', orderId, { orderId, paymentId });
    expect(await statusOf(orderId)).toBe('PENDING');
    system.at(lapsedAt);
    expect(await statusOf(orderId)).toBe('EXPIRED');
    expect((await stockOf(eventId, typeId)).available).toBe(2);
  });

  test('goes on holding when it is another one that failed', async () => {
    const { orderId } = await heldOut();
    await begin(orderId, reservedAt);
    await system.tell('payment.failed', orderId, { orderId, paymentId: newId() });
    system.at(lapsedAt);
    expect(await statusOf(orderId)).toBe('PENDING');
  });

  test('holds them for ten minutes at most; what it brings later is paid back', async () => {
    const { eventId, typeId, orderId } = await heldOut();
    const paymentId = await begin(orderId, reservedAt);
    system.at('2026-05-01T10:09:59.999Z');
    expect(await statusOf(orderId)).toBe('PENDING');
    system.at('2026-05-01T10:10:00.000Z');
    expect(await statusOf(orderId)).toBe('EXPIRED');
    expect((await stockOf(eventId, typeId)).available).toBe(2);
    await succeed(orderId, paymentId);
    expect(await system.toldOf('order.refund-due', orderId)).toMatchObject([{ paymentId }]);
  });

  test('does not shorten a window that is longer than a payment may take', async () => {
    const patient = await startTickets({ works: false, window: 3600 });
    try {
      patient.at(reservedAt);
      const eventId = await patient.event({ endsAt: '2026-07-01T00:00:00.000Z' });
      const { id: orderId } = await patient.reserve(buyer(), eventId, await patient.type(eventId));
      await patient.tell('payment.started', orderId, { orderId, paymentId: newId(), at: reservedAt });
      patient.at('2026-05-01T10:59:59.000Z');
      const query = 'query ($id: ID!) { order(id: $id) { status } }';
      expect((await patient.client.data(query, { id: orderId }, admin)).order.status).toBe('PENDING');
    } finally {
      await patient.close();
    }
  });

  test('and is heard of after the sweep takes the tickets again while they are there', async () => {
    const { eventId, typeId, orderId } = await heldOut();
    system.at('2026-05-01T10:01:30.000Z');
    await sweep();
    const paymentId = await begin(orderId, lastMoment);
    expect(await statusOf(orderId)).toBe('PENDING');
    expect(await stockOf(eventId, typeId)).toEqual({ available: 0, sold: 0, reserved: 2 });
    await expectStockToAgree(system.database, eventId);
    await succeed(orderId, paymentId);
    expect(await statusOf(orderId)).toBe('PAID');
    await expectStockToAgree(system.database, eventId);
  });

  test('and is heard of when others have the tickets is paid back', async () => {
    const { eventId, typeId, orderId } = await heldOut();
    system.at('2026-05-01T10:01:30.000Z');
    const other = await system.reserve(buyer(), eventId, typeId, 1);
    const paymentId = await begin(orderId, lastMoment);
    expect(await statusOf(orderId)).toBe('EXPIRED');
    await succeed(orderId, paymentId);
    expect(await system.toldOf('order.refund-due', orderId)).toEqual([
      { orderId, paymentId, amount: 5000, cause: 'LATE_PAYMENT' },
    ]);
    expect(await statusOf(other.id)).toBe('PENDING');
    await expectStockToAgree(system.database, eventId);
  });
});

test('a payment that begins when the time is over holds nothing', async () => {
  const { orderId } = await heldOut();
  system.at(lapsedAt);
  await begin(orderId, lapsedAt);
  expect(await statusOf(orderId)).toBe('EXPIRED');
});

test('of two payments for one order the second is paid back', async () => {
  const { orderId } = await heldOut();
  const first = await begin(orderId, reservedAt);
  const second = await begin(orderId, reservedAt);
  await succeed(orderId, first);
  await succeed(orderId, second);
  await succeed(orderId, first);
  expect(await statusOf(orderId)).toBe('PAID');
  expect(await system.toldOf('order.refund-due', orderId)).toMatchObject([{ paymentId: second }]);
});
