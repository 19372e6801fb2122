import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { unwind } from './calling-off.ts';
import { expectStockToAgree } from './stock-agreement.ts';
import { buyTickets, listed, listTicket, orderStatus, takeListing, ticketFor } from './ticket-holder.ts';
import { buyer, startTickets, type TicketSystem } from './ticket-system.ts';

let system: TicketSystem;
beforeAll(async () => {
  system = await startTickets({ works: false });
});
afterAll(() => system.close());
beforeEach(() => system.at('2026-05-01T10:00:00.000Z'));

async function deleted(eventId: string): Promise<void> {
  const updatedAt = new Date().toISOString();
  await system.tell('event.deleted', eventId, { eventId, updatedAt });
  await unwind(system);
}

describe('an event that is deleted while somebody orders', () => {
  test('ends what it sold, as if it were canceled', async () => {
    const bea = await buyTickets(system);
    const open = await system.reserve(buyer(), bea.eventId, bea.typeId);
    await deleted(bea.eventId);
    expect(await orderStatus(system, open.id)).toBe('CANCELED');
    expect(await ticketFor(system, bea.ticketId)).toMatchObject({ status: 'CANCELED' });
    expect(await system.toldOf('order.refund-due', bea.orderId)).toMatchObject([{ amount: 2500 }]);
    await expectStockToAgree(system.database, bea.eventId);
  });

  test('pays back what comes in afterwards', async () => {
    const { eventId, typeId } = await buyTickets(system);
    const order = await system.reserve(buyer(), eventId, typeId);
    await deleted(eventId);
    await system.pay(order.id);
    expect(await orderStatus(system, order.id)).toBe('CANCELED');
    expect(await system.toldOf('order.refund-due', order.id)).toMatchObject([{ cause: 'LATE_PAYMENT' }]);
  });

  test('stays deleted when its owner said of it before is heard after, known or not', async () => {
    const eventId = await system.event();
    const typeId = await system.type(eventId);
    await deleted(eventId);
    await system.event({ eventId, updatedAt: '2026-04-01T00:00:00.000Z' });
    const input = { eventId, lines: [{ ticketTypeId: typeId, quantity: 1 }], idempotencyKey: 'k' };
    const reserving =
      'mutation ($input: ReserveTicketsInput!) { reserveTickets(input: $input) { __typename } }';
    expect(await system.client.refusal(reserving, { input }, buyer())).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a type whose time to come in is over', () => {
  const validUntil = '2026-05-01T12:00:00.000Z';
  const bought = async () => {
    const eventId = await system.event({ endsAt: '2026-07-01T00:00:00.000Z' });
    const typeId = await system.type(eventId, { validUntil });
    return await buyTickets(system, { eventId, typeId });
  };

  test('sells nothing more', async () => {
    const { eventId, typeId } = await bought();
    system.at(validUntil);
    expect(await system.reserve(buyer(), eventId, typeId)).toMatchObject({
      __typename: 'SalesClosed',
      opensAt: null,
    });
  });

  test('holds what was reserved before no longer, and pays back what comes later', async () => {
    const { eventId, typeId, ...bea } = await bought();
    const listingId = await listed(system, { eventId, typeId, ...bea });
    const late = '2026-05-01T11:59:30.000Z';
    system.at(late);
    const orders = [
      await system.reserve(buyer(), eventId, typeId),
      await takeListing(system, buyer(), listingId),
      await system.reserve(buyer(), eventId, typeId),
    ];
    for (const { id } of orders)
      expect(await system.toldOf('order.changed', id)).toMatchObject([{ expiresAt: validUntil }]);
    const payments = [newId(), newId()];
    for (const [index, paymentId] of payments.entries()) {
      const orderId = orders[index].id;
      await system.tell('payment.started', orderId, { orderId, paymentId, at: late });
    }
    system.at(validUntil);
    expect(await Promise.all(orders.map(({ id }) => orderStatus(system, id)))).toEqual(
      Array(3).fill('EXPIRED'),
    );
    for (const [index, paymentId] of payments.entries()) {
      const orderId = orders[index].id;
      await system.tell('payment.succeeded', orderId, { orderId, paymentId, amount: 2500 });
      expect(await system.toldOf('order.refund-due', orderId)).toMatchObject([{ cause: 'LATE_PAYMENT' }]);
    }
  });

  test('has no tickets that change hands', async () => {
    const bea = await bought();
    system.at(validUntil);
    const price = { amount: 2000, currency: 'EUR' };
    const listing = await system.client.refusal(listTicket, { ticketId: bea.ticketId, price }, bea.holder);
    expect(listing).toMatchObject({ code: 'CONFLICT' });
  });

  test('has none on resale, those that were offered before among them', async () => {
    const bea = await bought();
    const id = await listed(system, bea);
    const offers = async () => {
      const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Event {
        resaleListings { edges { node { id } } } } } }`;
      const of = [{ __typename: 'Event', id: bea.eventId }];
      return (await system.client.data(query, { of }, buyer()))._entities[0].resaleListings.edges;
    };
    expect(await offers()).toHaveLength(1);
    system.at(validUntil);
    expect(await offers()).toEqual([]);
    expect(await takeListing(system, buyer(), id)).toMatchObject({ __typename: 'ListingGone' });
  });
});
