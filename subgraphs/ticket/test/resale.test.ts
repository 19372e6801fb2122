import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { expectStockToAgree } from './stock-agreement.ts';
import {
  admit,
  block,
  bonds,
  buyTickets,
  dispute,
  type Holding,
  listed,
  listTicket,
  refund,
  reserveListing,
  sellOn,
  takeListing,
  ticketFor,
  ticketsOfOrder,
} from './ticket-holder.ts';
import { type Answer, admin, buyer, startTickets, type TicketSystem } from './ticket-system.ts';

let system: TicketSystem;
beforeAll(async () => {
  system = await startTickets({ works: false, poolSize: 20 });
});
afterAll(() => system.close());
beforeEach(() => system.at('2026-05-01T10:00:00.000Z'));

const cancelListing = 'mutation ($id: ID!) { cancelListing(id: $id) { status } }';
const openListings = /* GraphQL */ `
  query ($of: [_Any!]!, $first: Int, $after: String) {
    _entities(representations: $of) {
      ... on Event {
        resaleListings(first: $first, after: $after) {
          edges { node { id status price { amount } seller { id } } }
          pageInfo { hasNextPage endCursor }
        }
      }
    }
  }
`;

async function offersOf(
  eventId: string,
  page: { first?: number; after?: string } = {},
  viewer = buyer(),
): Promise<Answer> {
  const of = [{ __typename: 'Event', id: eventId }];
  return (await system.client.data(openListings, { of, ...page }, viewer))._entities[0].resaleListings;
}
const offeredIds = async (eventId: string): Promise<string[]> =>
  (await offersOf(eventId)).edges.map(({ node }: Answer) => node.id);
const refundableOf = async (orderId: string) =>
  (await system.toldOf('order.changed', orderId)).at(-1)?.refundable;

describe('offering a ticket', () => {
  test('shows it to buyers without its seller, and the door refuses it meanwhile', async () => {
    const bea = await buyTickets(system);
    const price = { amount: 2500, currency: 'EUR' };
    const { listTicket: listing } = await system.client.data(
      listTicket,
      { ticketId: bea.ticketId, price },
      bea.holder,
    );
    expect(listing).toMatchObject({ status: 'OPEN', price, seller: { id: bea.holder.id } });
    expect((await offersOf(bea.eventId)).edges).toMatchObject([
      { node: { id: listing.id, status: 'OPEN', price: { amount: 2500 }, seller: null } },
    ]);
    expect((await offersOf(bea.eventId, {}, admin)).edges[0].node.seller).toEqual({ id: bea.holder.id });
    expect(await ticketFor(system, bea.ticketId)).toMatchObject({
      status: 'LISTED',
      doorStanding: 'BLOCKED',
    });
    expect((await system.toldOf('ticket.changed', bea.ticketId)).at(-1)).toMatchObject({
      standing: 'BLOCKED',
    });
  });

  test.each([
    ['nothing', { amount: 0, currency: 'EUR' }, 'price.amount'],
    ['less than nothing', { amount: -1, currency: 'EUR' }, 'price.amount'],
    ['more than it first cost', { amount: 2501, currency: 'EUR' }, 'price.amount'],
    ['another currency', { amount: 100, currency: 'USD' }, 'price.currency'],
    ['no currency', { amount: 100, currency: 'EURO' }, 'price.currency'],
  ])('for %s is refused', async (_what, price, field) => {
    const bea = await buyTickets(system);
    const refusal = await system.client.refusal(listTicket, { ticketId: bea.ticketId, price }, bea.holder);
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', field });
  });

  test('that was free of charge is refused', async () => {
    const eventId = await system.event();
    const typeId = await system.type(eventId, { price: { amount: 0, currency: 'EUR' } });
    const bea = buyer();
    const { tickets } = await system.reserve(bea, eventId, typeId);
    const price = { amount: 1, currency: 'EUR' };
    const refusal = await system.client.refusal(listTicket, { ticketId: tickets[0].id, price }, bea);
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', field: 'price.amount' });
  });

  test("of somebody else's is not found, the admins' among them", async () => {
    const { ticketId } = await buyTickets(system);
    const price = { amount: 100, currency: 'EUR' };
    for (const viewer of [buyer(), admin]) {
      expect(await system.client.refusal(listTicket, { ticketId, price }, viewer)).toMatchObject({
        code: 'NOT_FOUND',
      });
    }
  });

  test.each(bonds)('that %s is a conflict', async (_how, tie) => {
    const bea = await buyTickets(system);
    await tie(system, bea);
    const price = { amount: 100, currency: 'EUR' };
    const refusal = await system.client.refusal(listTicket, { ticketId: bea.ticketId, price }, bea.holder);
    expect(refusal).toMatchObject({ code: 'CONFLICT' });
  });

  test('stands in the list by its price, page by page', async () => {
    const bea = await buyTickets(system, { quantity: 3 });
    const prices = [300, 100, 200];
    for (const [index, ticketId] of bea.ticketIds.entries())
      await listed(system, { ...bea, ticketId }, prices[index]);
    const first = await offersOf(bea.eventId, { first: 2 });
    expect(first.edges.map(({ node }: Answer) => node.price.amount)).toEqual([100, 200]);
    expect(first.pageInfo.hasNextPage).toBe(true);
    const second = await offersOf(bea.eventId, { first: 2, after: first.pageInfo.endCursor });
    expect(second.edges.map(({ node }: Answer) => node.price.amount)).toEqual([300]);
    expect(second.pageInfo.hasNextPage).toBe(false);
  });
});

describe('taking an offer back', () => {
  test('gives the ticket and its code back to the holder; a second time changes nothing', async () => {
    const bea = await buyTickets(system);
    const id = await listed(system, bea);
    for (const _time of [1, 2]) {
      const { cancelListing: canceled } = await system.client.data(cancelListing, { id }, bea.holder);
      expect(canceled.status).toBe('CANCELED');
    }
    expect(await offeredIds(bea.eventId)).toEqual([]);
    expect(await ticketFor(system, bea.ticketId)).toMatchObject({
      status: 'VALID',
      doorStanding: 'ADMISSIBLE',
      codeNumber: 1,
    });
    expect(await takeListing(system, buyer(), id)).toMatchObject({ __typename: 'ListingGone' });
  });

  test("is its seller's alone, a conflict while somebody holds it, and possible again once their time is over", async () => {
    const bea = await buyTickets(system);
    const id = await listed(system, bea);
    expect(await system.client.refusal(cancelListing, { id }, buyer())).toMatchObject({ code: 'NOT_FOUND' });
    await takeListing(system, buyer(), id);
    expect(await system.client.refusal(cancelListing, { id }, bea.holder)).toMatchObject({
      code: 'CONFLICT',
    });
    system.at('2026-05-01T10:01:00.000Z');
    expect((await system.client.data(cancelListing, { id }, bea.holder)).cancelListing.status).toBe(
      'CANCELED',
    );
  });

  test('is too late once it is sold', async () => {
    const bea = await buyTickets(system);
    const { listingId: id } = await sellOn(system, bea);
    expect(await system.client.refusal(cancelListing, { id }, bea.holder)).toMatchObject({
      code: 'CONFLICT',
    });
  });
});

describe('reserving an offer', () => {
  test('holds it for one buyer at its price; the next one is too late', async () => {
    const bea = await buyTickets(system);
    const id = await listed(system, bea, 1234);
    const cleo = buyer();
    const order = await takeListing(system, cleo, id, 'k');
    expect(order).toMatchObject({
      __typename: 'Order',
      status: 'PENDING',
      total: { amount: 1234, currency: 'EUR' },
      lines: [{ quantity: 1, price: { amount: 1234 } }],
    });
    expect((await takeListing(system, cleo, id, 'k')).id).toBe(order.id);
    expect(await takeListing(system, buyer(), id)).toMatchObject({ __typename: 'ListingGone' });
    expect(await offeredIds(bea.eventId)).toEqual([]);
    await expectStockToAgree(system.database, bea.eventId);
  });

  test("of one's own is a conflict", async () => {
    const bea = await buyTickets(system);
    const variables = { id: await listed(system, bea), key: newId() };
    expect(await system.client.refusal(reserveListing, variables, bea.holder)).toMatchObject({
      code: 'CONFLICT',
    });
  });

  test('with a card number as key is refused, and kept nowhere', async () => {
    const id = await listed(system, await buyTickets(system));
    const key = '4242 4242 4242 4242';
    const refusal = await system.client.refusal(reserveListing, { id, key }, buyer());
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', field: 'idempotencyKey' });
    const { rows } = await system.database.pool.query('select 1 from ticket.idempotency_key where key = $1', [
      key,
    ]);
    expect(rows).toEqual([]);
  });

  test('with a key that was used for another offer is refused', async () => {
    const bea = await buyTickets(system, { quantity: 2 });
    const [one, two] = [
      await listed(system, bea),
      await listed(system, { ...bea, ticketId: bea.ticketIds[1] ?? '' }),
    ];
    const cleo = buyer();
    await takeListing(system, cleo, one, 'k');
    const refusal = await system.client.refusal(reserveListing, { id: two, key: 'k' }, cleo);
    expect(refusal).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  test('of what is no offer is not found', async () => {
    for (const id of [newId(), 'nonsense']) {
      const refusal = await system.client.refusal(reserveListing, { id, key: 'k' }, buyer());
      expect(refusal).toMatchObject({ code: 'NOT_FOUND' });
    }
  });

  test('and not paying frees it again, before any sweep', async () => {
    const bea = await buyTickets(system);
    const id = await listed(system, bea);
    const order = await takeListing(system, buyer(), id);
    system.at('2026-05-01T10:01:00.000Z');
    expect((await offersOf(bea.eventId)).edges).toMatchObject([{ node: { id, status: 'OPEN' } }]);
    const next = await takeListing(system, buyer(), id);
    expect(next).toMatchObject({ __typename: 'Order' });
    expect((await system.client.data(ticketsOfOrder, { id: order.id }, admin)).order.status).toBe('EXPIRED');
    await expectStockToAgree(system.database, bea.eventId);
  });

  test('and not paying in time takes it again for a payment that began in time, while it is free', async () => {
    const bea = await buyTickets(system);
    const id = await listed(system, bea);
    const order = await takeListing(system, buyer(), id);
    system.at('2026-05-01T10:01:00.000Z');
    await system.subgraph.services.sweepLapsedOrders();
    expect(await offeredIds(bea.eventId)).toEqual([id]);
    const begun = { orderId: order.id, paymentId: newId() };
    await system.tell('payment.started', order.id, { ...begun, at: '2026-05-01T10:00:30.000Z' });
    expect(await offeredIds(bea.eventId)).toEqual([]);
    await system.tell('payment.succeeded', order.id, { ...begun, amount: 2000 });
    expect((await system.client.data(ticketsOfOrder, { id: order.id }, admin)).order.status).toBe('PAID');
  });
});

describe('a ticket that is sold on', () => {
  test("is its buyer's with a code of its own; its seller sees none any more", async () => {
    const bea = await buyTickets(system);
    const { code } = await ticketFor(system, bea.ticketId, bea.holder);
    const cleo = await sellOn(system, bea);
    const bought = await ticketFor(system, bea.ticketId, cleo.holder);
    expect(bought).toMatchObject({
      status: 'VALID',
      codeNumber: 2,
      doorStanding: 'ADMISSIBLE',
      holder: { id: cleo.holder.id },
      order: { id: cleo.orderId },
    });
    expect(bought.code).not.toBe(code);
    const { order } = await system.client.data(ticketsOfOrder, { id: bea.orderId }, bea.holder);
    expect(order.tickets).toEqual([]);
    const staff = await system.client.data(ticketsOfOrder, { id: bea.orderId }, admin);
    expect(staff.order.tickets).toMatchObject([{ id: bea.ticketId }]);
    expect((await system.toldOf('ticket.changed', bea.ticketId)).at(-1)).toMatchObject({
      codeNumber: 2,
      standing: 'ADMISSIBLE',
    });
    await expectStockToAgree(system.database, bea.eventId);
  });

  test('brings its seller a payout, which an admin settles once', async () => {
    const bea = await buyTickets(system);
    await sellOn(system, bea, 1900);
    const mine =
      '{ myPayouts { edges { node { id status amount { amount currency } settledAt listing { status } } } } }';
    const [payout] = (await system.client.data(mine, {}, bea.holder)).myPayouts.edges;
    expect(payout.node).toMatchObject({
      status: 'DUE',
      amount: { amount: 1900, currency: 'EUR' },
      settledAt: null,
      listing: { status: 'SOLD' },
    });
    const settle = 'mutation ($id: ID!) { settlePayout(id: $id) { status settledAt } }';
    const { id } = payout.node;
    const settled = { status: 'SETTLED', settledAt: '2026-05-01T10:00:00.000Z' };
    expect((await system.client.data(settle, { id }, admin)).settlePayout).toEqual(settled);
    system.at('2026-05-01T11:00:00.000Z');
    expect((await system.client.data(settle, { id }, admin)).settlePayout).toEqual(settled);
    expect(await system.client.refusal(settle, { id }, bea.holder)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await system.client.refusal(settle, { id: newId() }, admin)).toMatchObject({ code: 'NOT_FOUND' });
  });

  test("takes its price off what the seller's order may be paid back", async () => {
    const bea = await buyTickets(system, { quantity: 2 });
    expect(await refundableOf(bea.orderId)).toBe(5000);
    const cleo = await sellOn(system, bea);
    expect(await refundableOf(bea.orderId)).toBe(2500);
    expect(await refundableOf(cleo.orderId)).toBe(2000);
  });

  test('stays with its buyer when the rest of the order is paid back', async () => {
    const bea = await buyTickets(system, { quantity: 2 });
    const cleo = await sellOn(system, bea);
    await refund(system, bea);
    expect(await ticketFor(system, cleo.ticketId)).toMatchObject({
      status: 'VALID',
      holder: { id: cleo.holder.id },
    });
    expect(await ticketFor(system, bea.ticketIds[1] ?? '')).toMatchObject({ status: 'REFUNDED' });
    await expectStockToAgree(system.database, bea.eventId);
  });

  test('can be sold on again', async () => {
    const bea = await buyTickets(system);
    const dora = await sellOn(system, await sellOn(system, bea, 2500), 2500);
    expect(await ticketFor(system, bea.ticketId)).toMatchObject({
      codeNumber: 3,
      holder: { id: dora.holder.id },
    });
  });

  test("is sold or paid back, never both, when the seller's refund and the buyer's payment meet", async () => {
    const ends = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const bea = await buyTickets(system);
        const id = await listed(system, bea);
        const order = await takeListing(system, buyer(), id);
        const paymentId = newId();
        await Promise.all([
          refund(system, bea),
          system.tell('payment.succeeded', order.id, { orderId: order.id, paymentId, amount: 2000 }),
        ]);
        await expectStockToAgree(system.database, bea.eventId);
        const refunds = await system.toldOf('order.refund-due', order.id);
        const { status } = await ticketFor(system, bea.ticketId);
        return `${status} ${refunds.length}`;
      }),
    );
    expect(ends.filter((end) => end !== 'VALID 0' && end !== 'REFUNDED 1')).toEqual([]);
  });
});

describe('an offer ends without a sale', () => {
  test.each<[string, (holding: Holding) => Promise<unknown>, object]>([
    [
      'its holder is let in with it',
      async (bea) => await admit(system, bea),
      { status: 'VALID', admitted: true },
    ],
    [
      'an admin holds it back',
      async (bea) => await block(system, bea),
      { status: 'VALID', doorStanding: 'BLOCKED' },
    ],
    [
      "its payer's bank takes the money back",
      async (bea) => await dispute(system, bea),
      { status: 'VALID', doorStanding: 'UNPAID' },
    ],
    ['its order is paid back', async (bea) => await refund(system, bea), { status: 'REFUNDED' }],
  ])('when %s, and whoever was paying for it gets the money back', async (_what, happen, ticket) => {
    const bea = await buyTickets(system);
    const id = await listed(system, bea);
    const order = await takeListing(system, buyer(), id);
    await happen(bea);
    expect(await ticketFor(system, bea.ticketId)).toMatchObject(ticket);
    expect(await offeredIds(bea.eventId)).toEqual([]);
    await system.pay(order.id);
    expect((await system.client.data(ticketsOfOrder, { id: order.id }, admin)).order.status).toBe('CANCELED');
    expect(await system.toldOf('order.refund-due', order.id)).toMatchObject([
      { cause: 'LATE_PAYMENT', amount: 2000 },
    ]);
    expect(await takeListing(system, buyer(), id)).toMatchObject({ __typename: 'ListingGone' });
    await expectStockToAgree(system.database, bea.eventId);
  });
});
