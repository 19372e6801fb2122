import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { userViewer } from '@tixgo/platform/testing/ask.ts';
import { statementsDuring } from '@tixgo/platform/testing/statement-counter.ts';
import { buyTickets, sellOn, ticketsOfOrder } from './ticket-holder.ts';
import {
  type Answer,
  admin,
  buyer,
  reserveTickets,
  startTickets,
  type TicketSystem,
} from './ticket-system.ts';
import { typesOf } from './ticket-type-rules.ts';

let system: TicketSystem;
beforeAll(async () => {
  system = await startTickets({ works: false });
});
afterAll(() => system.close());
beforeEach(() => system.at('2026-05-01T10:00:00.000Z'));

const someEvent = async () => await system.event({ endsAt: '2026-07-01T00:00:00.000Z' });
const [scanner, committee] = [userViewer('SCANNER'), userViewer('COMMITTEE')];
const entity = async (
  representation: Record<string, unknown>,
  selection: string,
  viewer = admin,
): Promise<Answer> => {
  const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${representation.__typename} { ${selection} } } }`;
  return (await system.client.data(query, { of: [representation] }, viewer))._entities[0];
};

describe('an order', () => {
  const orderQuery =
    'query ($id: ID!) { order(id: $id) { id buyer { id } event { id } createdAt expiresAt } }';

  test("is its buyer's and the admins' to see, and there is none to others", async () => {
    const { holder, orderId, eventId } = await buyTickets(system);
    for (const [viewer, id] of [
      [holder, orderId],
      [admin, orderId],
      [holder, orderId.toUpperCase()],
    ] as const) {
      expect((await system.client.data(orderQuery, { id }, viewer)).order).toEqual({
        id: orderId,
        buyer: { id: holder.id },
        event: { id: eventId },
        createdAt: '2026-05-01T10:00:00.000Z',
        expiresAt: '2026-05-01T10:01:00.000Z',
      });
    }
    for (const [viewer, id] of [
      [buyer(), orderId],
      [scanner, orderId],
      [committee, orderId],
      [holder, newId()],
      [admin, newId()],
      [holder, 'O1'],
      [holder, ''],
    ] as const) {
      const refusal = await system.client.refusal(orderQuery, { id }, viewer);
      expect(refusal).toMatchObject({ code: 'NOT_FOUND', message: 'No such order.' });
    }
    const refusal = await system.client.refusal(orderQuery, { id: orderId });
    expect(refusal).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('and a payout are seen by the same from other services', async () => {
    const holding = await buyTickets(system);
    const { listingId } = await sellOn(system, holding);
    const { rows } = await system.database.pool.query('select id from ticket.payout where listing_id = $1', [
      listingId,
    ]);
    for (const [__typename, id] of [
      ['Order', holding.orderId],
      ['Payout', rows[0].id],
    ]) {
      for (const viewer of [holding.holder, admin])
        expect(await entity({ __typename, id }, 'id', viewer)).toEqual({ id });
      for (const viewer of [buyer(), committee])
        expect(await entity({ __typename, id }, 'id', viewer)).toBeNull();
      for (const unknown of [newId(), 'X1'])
        expect(await entity({ __typename, id: unknown }, 'id')).toBeNull();
    }
  });
});

describe('types of an event', () => {
  test('come oldest first, with what can be reserved just now', async () => {
    const [eventId, other] = [await someEvent(), await someEvent()];
    const types = [];
    for (let count = 0; count < 3; count += 1)
      types.push({ id: await system.type(eventId, { capacity: 5 }) });
    await system.type(other);
    const [first, second, third] = types.map(({ id }) => id) as [string, string, string];
    await buyTickets(system, { eventId, typeId: second, quantity: 2 });
    await system.reserve(buyer(), eventId, second, 1);
    await system.reserve(buyer(), eventId, third, 5);
    expect(await typesOf(system, eventId)).toEqual(types);
    const event = await entity({ __typename: 'Event', id: eventId }, 'ticketTypes { id available }', buyer());
    expect(event.ticketTypes).toEqual([
      { id: first, available: 5 },
      { id: second, available: 2 },
      { id: third, available: 0 },
    ]);
    expect(await typesOf(system, newId())).toEqual([]);
  });
});

describe('the sales of an event', () => {
  const selection =
    'sales { sold reserved revenue { amount currency } types { sold reserved revenue { amount currency } type { id } } }';
  const salesOf = async (eventId: string, viewer = committee): Promise<Answer> =>
    (await entity({ __typename: 'EventSummary', eventId }, selection, viewer)).sales;

  test('are counted by type, and the revenue by currency', async () => {
    const eventId = await someEvent();
    const price = { amount: 300, currency: 'USD' };
    const [seat, box, vip] = [
      await system.type(eventId),
      await system.type(eventId, { price }),
      await system.type(eventId, { price: { amount: 10_000, currency: 'EUR' } }),
    ];
    await buyTickets(system, { eventId, typeId: seat, quantity: 3 });
    await buyTickets(system, { eventId, typeId: box, quantity: 2 });
    await buyTickets(system, { eventId, typeId: vip });
    await system.reserve(buyer(), eventId, seat, 2);
    const { types, revenue, ...sums } = await salesOf(eventId);
    expect(sums).toEqual({ sold: 6, reserved: 2 });
    expect(revenue).toEqual([
      { amount: 17_500, currency: 'EUR' },
      { amount: 600, currency: 'USD' },
    ]);
    expect(types).toEqual([
      { type: { id: seat }, sold: 3, reserved: 2, revenue: { amount: 7_500, currency: 'EUR' } },
      { type: { id: box }, sold: 2, reserved: 0, revenue: { amount: 600, currency: 'USD' } },
      { type: { id: vip }, sold: 1, reserved: 0, revenue: { amount: 10_000, currency: 'EUR' } },
    ]);
    system.at('2026-05-01T10:01:00.000Z');
    const later = await salesOf(eventId);
    expect([later.reserved, later.types[0].reserved]).toEqual([0, 0]);
  });

  test('are nothing where there are no types, and not for everyone to see', async () => {
    expect(await salesOf(newId())).toEqual({ sold: 0, reserved: 0, revenue: [], types: [] });
    const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on EventSummary { ${selection} } } }`;
    const of = [{ __typename: 'EventSummary', eventId: 'evt1' }];
    for (const viewer of [buyer(), scanner]) {
      expect(await system.client.refusal(query, { of }, viewer)).toMatchObject({ code: 'FORBIDDEN' });
    }
  });
});

describe('fifty cost as many statements as five:', () => {
  const bea = buyer();
  const ticket = `id status code qrSvg doorStanding blocked holder { id } event { id }
    type { name price { amount } available event { id } } order { id status }`;
  const order = `id status total { amount } buyer { id } event { id }
    lines { quantity price { amount } type { name available gates } } tickets { ${ticket} }`;
  let eventIds: string[];

  /** Of every event Bea orders two types, and sells one of the tickets on. */
  beforeAll(async () => {
    eventIds = await Promise.all(Array.from({ length: 50 }, someEvent));
    await Promise.all(eventIds.map(buyBothAndSellOne));
  });

  async function buyBothAndSellOne(eventId: string): Promise<void> {
    const typeIds = [await system.type(eventId), await system.type(eventId)];
    const lines = typeIds.map((ticketTypeId) => ({ ticketTypeId, quantity: 1 }));
    const input = { eventId, lines, idempotencyKey: newId() };
    const { id: orderId } = (await system.client.data(reserveTickets, { input }, bea)).reserveTickets;
    const paymentId = await system.pay(orderId);
    const { order } = await system.client.data(ticketsOfOrder, { id: orderId }, bea);
    const ticketIds: string[] = order.tickets.map(({ id }: { id: string }) => id);
    const [ticketId = '', typeId = ''] = [ticketIds[0], typeIds[0]];
    await sellOn(system, { holder: bea, eventId, typeId, orderId, paymentId, ticketIds, ticketId });
  }

  test.each([
    ['myOrders', bea, order],
    ['orders', admin, order],
    ['myTickets', bea, ticket],
    [
      'myPayouts',
      bea,
      'id amount { amount } seller { id } listing { id status price { amount } seller { id } type { name } }',
    ],
    [
      'payouts',
      admin,
      'id amount { amount } seller { id } listing { id status price { amount } seller { id } type { name } }',
    ],
  ])('%s', async (list, viewer, selection) => {
    const cost = async (first: number) => {
      let read: unknown[] = [];
      const statements = await statementsDuring(system.database, async () => {
        const query = `query ($first: Int) { ${list}(first: $first) { edges { node { ${selection} } } } }`;
        read = (await system.client.data(query, { first }, viewer))[list].edges;
      });
      expect(read).toHaveLength(first);
      return statements.length;
    };
    const five = await cost(5);
    expect(five).toBeGreaterThan(1);
    // Fields that ask for the same kind of thing share a statement or not, as their turns come.
    expect(await cost(50)).toBeLessThanOrEqual(five + 2);
  });

  test('events with their types, sales and listings', async () => {
    const cost = async (ids: readonly string[]) => {
      const representations = ids.flatMap((id) => [
        { __typename: 'Event', id },
        { __typename: 'EventSummary', eventId: id },
      ]);
      const query = `query ($of: [_Any!]!) { _entities(representations: $of) {
        ... on Event { ticketTypes { id available } resaleListings { edges { node { id status } } } }
        ... on EventSummary { sales { sold reserved revenue { amount } types { sold type { name available } } } } } }`;
      const statements = await statementsDuring(system.database, async () => {
        await system.client.data(query, { of: representations }, admin);
      });
      return statements.length;
    };
    expect(await cost(eventIds)).toBeLessThanOrEqual((await cost(eventIds.slice(0, 5))) + 2);
  });
});
