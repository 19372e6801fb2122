import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { SubgraphClient } from '@tixgo/platform/testing/ask.ts';
import { basket } from './reservations.ts';
import { expectStockToAgree } from './stock-agreement.ts';
import {
  type Answer,
  admin,
  buyer,
  reserveTickets,
  startTickets,
  type TicketSystem,
} from './ticket-system.ts';
import { deleteType, euros, outOfBounds, typeById, typesOf, updateType } from './ticket-type-rules.ts';

let system: TicketSystem;
beforeAll(async () => {
  system = await startTickets({ poolSize: 20, works: false });
});
afterAll(() => system.close());
beforeEach(() => system.at('2026-05-01T10:00:00.000Z'));

const endsAt = '2026-07-01T00:00:00.000Z';
const someEvent = async (change = {}) => await system.event({ endsAt, ...change });
const update = async (id: string, input: Record<string, unknown>) =>
  await system.client.data(updateType, { id, input }, admin);
const refusal = async (id: string, input: Record<string, unknown>): Promise<Answer> =>
  await system.client.refusal(updateType, { id, input }, admin);
const badInput = (field: string) => ({ code: 'BAD_USER_INPUT', field });

describe('a change of a type', () => {
  test('leaves what it does not name, and takes away what it makes null', async () => {
    const salesEnd = '2026-06-01T00:00:00.000Z';
    const rest = { capacity: 8, maxPerOrder: 3, gates: ['North'], validUntil: endsAt };
    const id = await system.type(await someEvent(), { ...rest, description: 'Old', salesEnd });
    const before = await typeById(system, id);
    await update(id, {});
    expect(await typeById(system, id)).toEqual(before);
    const change = { name: 'Seat', price: { amount: 0, currency: 'USD' }, salesStart: salesEnd };
    await update(id, { ...change, description: null, salesEnd: null });
    expect(await typeById(system, id)).toEqual({ ...before, ...change, description: null, salesEnd: null });
    await update(id, { capacity: 9, maxPerOrder: 4, salesStart: null });
    expect(await typeById(system, id)).toMatchObject({
      name: 'Seat',
      capacity: 9,
      available: 9,
      maxPerOrder: 4,
      salesStart: null,
    });
  });

  test.each([
    ...outOfBounds,
    ['no name', { name: null }, 'name'],
    ['no price', { price: null }, 'price'],
    ['no capacity', { capacity: null }, 'capacity'],
    ['no limit', { maxPerOrder: null }, 'maxPerOrder'],
    ['a sale that would end before it starts', { salesEnd: '2026-05-10T00:00:00Z' }, 'salesEnd'],
    ['a sale that would start when it ends', { salesStart: '2026-06-01T00:00:00Z' }, 'salesEnd'],
  ] as const)('to %s is refused, and nothing changes', async (_what, change, field) => {
    const window = { salesStart: '2026-05-10T00:00:00Z', salesEnd: '2026-06-01T00:00:00Z' };
    const id = await system.type(await someEvent(), window);
    const before = await typeById(system, id);
    expect(await refusal(id, { name: 'Seat', ...change })).toMatchObject(badInput(field));
    expect(await typeById(system, id)).toEqual(before);
  });

  test("grows it into what the event's other types leave", async () => {
    const eventId = await someEvent({ capacity: 20 });
    const [id] = [await system.type(eventId), await system.type(eventId, { capacity: 5 })];
    expect(await refusal(id, { capacity: 16 })).toMatchObject(badInput('capacity'));
    await update(id, { capacity: 15 });
    expect((await typeById(system, id)).available).toBe(15);
  });

  test('may shrink it though the event has become smaller than its types', async () => {
    const eventId = await someEvent({ capacity: 20 });
    const id = await system.type(eventId, { capacity: 20 });
    await someEvent({ eventId, capacity: 5, updatedAt: new Date().toISOString() });
    await update(id, { capacity: 12, name: 'Seat' });
    expect(await refusal(id, { capacity: 13 })).toMatchObject(badInput('capacity'));
    expect(await typeById(system, id)).toMatchObject({ capacity: 12, name: 'Seat' });
  });

  test('does not bring it under what is sold and held, and reaches exactly that', async () => {
    const eventId = await someEvent();
    const id = await system.type(eventId);
    const { id: orderId } = await system.reserve(buyer(), eventId, id, 3);
    await system.pay(orderId);
    await system.reserve(buyer(), eventId, id, 2);
    expect(await refusal(id, { capacity: 4, name: 'Seat' })).toMatchObject({
      code: 'CONFLICT',
      field: 'capacity',
    });
    expect(await typeById(system, id)).toMatchObject({ capacity: 10, available: 5, name: 'Standing' });
    await update(id, { capacity: 5 });
    expect(await typeById(system, id)).toMatchObject({ capacity: 5, available: 0 });
    await expectStockToAgree(system.database, eventId);
  });

  test('and buyers at once never leave less than is held', async () => {
    // Each buyer in a transaction of their own: gathered ones would meet the change only once or twice.
    const buyers = new SubgraphClient(system.replica({ coalesce: false }));
    for (const _round of [1, 2, 3]) {
      const eventId = await someEvent();
      const id = await system.type(eventId, { capacity: 40 });
      const shrink = async (capacity: number) => {
        const { errors = [] } = await system.client.answer(updateType, { id, input: { capacity } }, admin);
        return errors[0]?.extensions?.code ?? capacity;
      };
      const shrinking = Promise.all([...Array(20).keys()].map(async (turn) => await shrink(30 - turn)));
      const input = () => basket(eventId, [[id, 1]]);
      const answers = await Promise.all(
        [...Array(40).keys()].map(() => buyers.data(reserveTickets, { input: input() }, buyer())),
      );
      const held = answers.filter(({ reserveTickets: { __typename } }) => __typename === 'Order').length;
      const { capacity, available } = await typeById(system, id);
      const shrunk = (await shrinking).filter((outcome) => outcome !== 'CONFLICT');
      expect([40, ...shrunk]).toContain(capacity);
      expect(available).toBe(capacity - held);
      await expectStockToAgree(system.database, eventId);
    }
  });

  test('keeps the price that an order was made at, and the currency once something is held', async () => {
    const eventId = await someEvent();
    const id = await system.type(eventId);
    const bea = buyer();
    const { id: orderId } = await system.reserve(bea, eventId, id, 2);
    await update(id, { price: euros(9900) });
    const query = 'query ($id: ID!) { order(id: $id) { total { amount } lines { price { amount } } } }';
    const { order } = await system.client.data(query, { id: orderId }, bea);
    expect(order).toEqual({ total: { amount: 5000 }, lines: [{ price: { amount: 2500 } }] });
    const dollars = { price: { amount: 9900, currency: 'USD' } };
    const conflict = { code: 'CONFLICT', field: 'price.currency' };
    expect(await refusal(id, dollars)).toMatchObject(conflict);
    await system.pay(orderId);
    expect(await refusal(id, dollars)).toMatchObject(conflict);
    expect((await typeById(system, id)).price).toEqual(euros(9900));
  });

  test('keeps the currency even of orders that lapsed: one may yet be paid late', async () => {
    const eventId = await someEvent();
    const id = await system.type(eventId);
    await system.reserve(buyer(), eventId, id);
    system.at('2026-05-01T11:00:00.000Z');
    await system.subgraph.services.sweepLapsedOrders();
    const dollars = { price: { amount: 9900, currency: 'USD' } };
    expect(await refusal(id, dollars)).toMatchObject({ code: 'CONFLICT', field: 'price.currency' });
  });

  test('may have as few as are not lapsed, before any sweep', async () => {
    const eventId = await someEvent();
    const id = await system.type(eventId);
    await system.reserve(buyer(), eventId, id, 5);
    expect(await refusal(id, { capacity: 4 })).toMatchObject({ code: 'CONFLICT', field: 'capacity' });
    system.at('2026-05-01T11:00:00.000Z');
    await update(id, { capacity: 4 });
    await expectStockToAgree(system.database, eventId);
  });

  test('needs a type that there is, of an event that there is', async () => {
    const eventId = await someEvent();
    const ofDeleted = await system.type(eventId);
    await system.tell('event.deleted', eventId, { eventId, updatedAt: endsAt });
    for (const id of [ofDeleted, newId(), 'T1', '']) {
      expect(await refusal(id, { name: 'Seat' })).toMatchObject({ code: 'NOT_FOUND' });
    }
    expect((await typeById(system, ofDeleted)).name).toBe('Standing');
  });
});

describe('taking a type away', () => {
  test('is possible until somebody orders one', async () => {
    const eventId = await someEvent();
    const [gone, ordered] = [await system.type(eventId), await system.type(eventId)];
    const { id: orderId } = await system.reserve(buyer(), eventId, ordered);
    await system.client.data('mutation ($id: ID!) { cancelOrder(id: $id) { id } }', { id: orderId }, admin);
    await system.client.data(deleteType, { id: gone }, admin);
    expect(await system.client.refusal(deleteType, { id: ordered }, admin)).toMatchObject({
      code: 'CONFLICT',
    });
    expect(await typesOf(system, eventId)).toMatchObject([{ id: ordered }]);
    for (const id of [gone, newId(), 'T1']) {
      expect(await system.client.refusal(deleteType, { id }, admin)).toMatchObject({ code: 'NOT_FOUND' });
    }
  });

  test('leaves a refusal that named it without an answer', async () => {
    const eventId = await someEvent();
    const id = await system.type(eventId, { maxPerOrder: 1 });
    const bea = buyer();
    expect(await system.reserve(bea, eventId, id, 2, 'k')).toMatchObject({ __typename: 'LimitExceeded' });
    await system.client.data(deleteType, { id }, admin);
    await expect(system.reserve(bea, eventId, id, 2, 'k')).rejects.toThrow('"code": "NOT_FOUND"');
  });
});
