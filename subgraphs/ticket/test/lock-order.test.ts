import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { cancelEvent, unwind } from './calling-off.ts';
import { holdRow, untilWaiting } from './row-holder.ts';
import { expectStockToAgree } from './stock-agreement.ts';
import {
  buyTickets,
  dispute,
  type Holding,
  listed,
  listTicket,
  payoutsOf,
  refund,
  requestRefund,
  sellOn,
  takeListing,
  ticketFor,
} from './ticket-holder.ts';
import { admin, buyer, reserveTickets, startTickets, type TicketSystem } from './ticket-system.ts';

let system: TicketSystem;
beforeAll(async () => {
  system = await startTickets({ works: false, poolSize: 20 });
});
afterAll(() => system.close());

const start = '2026-05-01T10:00:00.000Z';
beforeEach(() => system.at(start));

const endsAt = '2026-07-01T00:00:00.000Z';
const cancelListing = 'mutation ($id: ID!) { cancelListing(id: $id) { status } }';
const cancelOrder = 'mutation ($id: ID!) { cancelOrder(id: $id) { status } }';
const enlarge = 'mutation ($id: ID!) { updateTicketType(id: $id, input: { capacity: 100 }) { capacity } }';

const hold = async (table: 'listing' | 'ticket' | 'ticket_type', id: string) =>
  await holdRow(system.database, table, id);
const waiting = async (count: number, last: Promise<unknown>) =>
  await untilWaiting(system.database, count, last);
const admitAll = async ({ eventId }: Holding, tickets: readonly (readonly [string, boolean])[]) =>
  await system.tell('attendance.tickets-admitted', eventId, {
    eventId,
    tickets: tickets.map(([ticketId, admitted]) => ({ ticketId, admitted })),
  });

/** Two tickets of one order, in the order of their ids. */
async function buyTwo(): Promise<Holding & { readonly first: string; readonly second: string }> {
  const bea = await buyTickets(system, { quantity: 2 });
  const [first = '', second = ''] = bea.ticketIds.toSorted();
  return { ...bea, ticketId: first, first, second };
}

/** More than an event's unwinding takes at once, with those who bought before. */
async function fillBatch(eventId: string, count: number): Promise<void> {
  const free = await system.type(eventId, { price: { amount: 0, currency: 'EUR' }, capacity: 100 });
  await Promise.all(Array.from({ length: count }, () => system.reserve(buyer(), eventId, free)));
}

describe('tickets that are admitted', () => {
  test('may be listed and withdrawn at the same moment', async () => {
    const bea = await buyTwo();
    const [first, second] = [await hold('ticket', bea.first), await hold('ticket', bea.second)];
    const price = { amount: 2000, currency: 'EUR' };
    const listing = system.client.data(listTicket, { ticketId: bea.first, price }, bea.holder);
    await waiting(1, listing);
    const admitting = admitAll(bea, [
      [bea.first, true],
      [bea.second, true],
    ]);
    await waiting(2, admitting);
    await first.letGo();
    const { id } = (await listing).listTicket;
    const withdrawing = system.client.data(cancelListing, { id }, bea.holder);
    await waiting(2, withdrawing);
    await second.letGo();
    await admitting;
    expect((await withdrawing).cancelListing).toEqual({ status: 'CANCELED' });
    expect(await ticketFor(system, bea.first)).toMatchObject({ status: 'VALID', admitted: true });
  });

  test('may be reserved on resale at the same moment, and the reservation canceled', async () => {
    const bea = await buyTwo();
    const listingId = await listed(system, bea);
    const [listing, second] = [await hold('listing', listingId), await hold('ticket', bea.second)];
    const cleo = buyer();
    const taking = takeListing(system, cleo, listingId);
    await waiting(1, taking);
    const admitting = admitAll(bea, [
      [bea.first, true],
      [bea.second, true],
    ]);
    await waiting(2, admitting);
    await listing.letGo();
    const { id } = await taking;
    const canceling = system.client.data(cancelOrder, { id }, cleo);
    await waiting(2, canceling);
    await second.letGo();
    await admitting;
    expect((await canceling).cancelOrder).toEqual({ status: 'CANCELED' });
    expect(await ticketFor(system, bea.first)).toMatchObject({ status: 'VALID', admitted: true });
  });

  test.each<[what: string, next: (orderId: string, paymentId: string) => Promise<unknown>]>([
    [
      'is paid',
      async (orderId, paymentId) =>
        await system.tell('payment.succeeded', orderId, { orderId, paymentId, amount: 2000 }),
    ],
    [
      'lapses again',
      async () => {
        system.at('2026-05-01T10:20:00.000Z');
        await system.subgraph.services.sweepLapsedOrders();
      },
    ],
  ])('may be held on resale by a late payment at the same moment, which %s', async (_what, next) => {
    const bea = await buyTwo();
    const listingId = await listed(system, bea);
    const { id: orderId } = await takeListing(system, buyer(), listingId);
    system.at('2026-05-01T10:02:00.000Z');
    await system.subgraph.services.sweepLapsedOrders();
    const [listing, second] = [await hold('listing', listingId), await hold('ticket', bea.second)];
    const paymentId = newId();
    const began = system.tell('payment.started', orderId, { orderId, paymentId, at: start });
    await waiting(1, began);
    const admitting = admitAll(bea, [
      [bea.first, true],
      [bea.second, true],
    ]);
    await waiting(2, admitting);
    await listing.letGo();
    await began;
    const going = next(orderId, paymentId);
    await waiting(2, going);
    await second.letGo();
    await Promise.all([admitting, going]);
    expect(await ticketFor(system, bea.first)).toMatchObject({
      status: 'VALID',
      admitted: true,
      holder: { id: bea.holder.id },
    });
  });

  test('may be paid back at the same moment, though others come out again', async () => {
    const bea = await buyTwo();
    await admitAll(bea, [[bea.first, true]]);
    const first = await hold('ticket', bea.first);
    const refunding = refund(system, bea, 5000);
    await waiting(1, refunding);
    const admitting = admitAll(bea, [
      [bea.second, true],
      [bea.first, false],
    ]);
    await waiting(2, admitting);
    await first.letGo();
    await Promise.all([refunding, admitting]);
    expect(await ticketFor(system, bea.second)).toMatchObject({ status: 'REFUNDED', admitted: true });
    await expectStockToAgree(system.database, bea.eventId);
  });
});

describe('a ticket on resale', () => {
  test('may be paid for while the payment of its seller is disputed', async () => {
    const bea = await buyTickets(system);
    const cleo = buyer();
    const { id: orderId } = await takeListing(system, cleo, await listed(system, bea));
    const ticket = await hold('ticket', bea.ticketId);
    const paying = system.pay(orderId);
    await waiting(1, paying);
    const disputing = dispute(system, bea);
    await waiting(2, disputing);
    await ticket.letGo();
    await Promise.all([paying, disputing]);
    expect(await ticketFor(system, bea.ticketId)).toMatchObject({ holder: { id: cleo.id } });
    expect(await payoutsOf(system, bea.holder.id)).toEqual(['HELD']);
  });
});

describe('a canceled event', () => {
  test('is unwound while people still try to buy its types, some of them resold', async () => {
    const eventId = await system.event({ endsAt });
    const seats = await system.type(eventId);
    const standing = await system.type(eventId);
    const cleo = await sellOn(system, await buyTickets(system, { eventId, typeId: seats }));
    await system.reserve(buyer(), eventId, standing);
    await cancelEvent(system, eventId);
    const type = await hold('ticket_type', seats);
    const lines = [seats, standing].map((ticketTypeId) => ({ ticketTypeId, quantity: 1 }));
    const input = { eventId, lines, idempotencyKey: newId() };
    const reserving = system.client.data(reserveTickets, { input }, buyer());
    await waiting(1, reserving);
    const unwinding = unwind(system);
    await waiting(2, unwinding);
    await type.letGo();
    await unwinding;
    expect((await reserving).reserveTickets).toMatchObject({ __typename: 'SalesClosed' });
    expect(await ticketFor(system, cleo.ticketId)).toMatchObject({ status: 'CANCELED' });
  });

  test('is unwound while its lapsed orders are swept, those that held listed tickets among them', async () => {
    const bea = await buyTickets(system);
    const { eventId, typeId } = bea;
    const dan = await buyTickets(system, { eventId, typeId });
    await fillBatch(eventId, 48);
    const [ofBea, ofDan] = [await listed(system, bea), await listed(system, dan)];
    await takeListing(system, buyer(), ofDan);
    await takeListing(system, buyer(), ofBea);
    await cancelEvent(system, eventId);
    system.at('2026-05-01T10:02:00.000Z');
    const ticket = await hold('ticket', bea.ticketId);
    const unwinding = unwind(system);
    await waiting(1, unwinding);
    const enlarging = system.client.data(enlarge, { id: typeId }, admin);
    await waiting(2, enlarging);
    await ticket.letGo();
    await unwinding;
    expect((await enlarging).updateTicketType).toEqual({ capacity: 100 });
    await expectStockToAgree(system.database, eventId);
  });

  test('leaves a seller their payout whose own order is paid back at that moment without it', async () => {
    const eventId = await system.event({ endsAt });
    await fillBatch(eventId, 50);
    const typeId = await system.type(eventId);
    const bea = await buyTickets(system, { eventId, typeId, quantity: 2 });
    const cleo = await sellOn(system, bea);
    await cancelEvent(system, eventId);
    const type = await hold('ticket_type', typeId);
    const refunding = refund(system, bea, 2500);
    await waiting(1, refunding);
    const unwinding = unwind(system);
    await waiting(2, unwinding);
    await type.letGo();
    await Promise.all([refunding, unwinding]);
    await refund(system, cleo, 2000);
    expect(await payoutsOf(system, bea.holder.id)).toEqual(['DUE']);
  });
});

describe('a refund that is asked for', () => {
  test('is of all that was paid when a canceled event calls its payout off at that moment', async () => {
    const eventId = await system.event({ endsAt });
    await fillBatch(eventId, 50);
    const typeId = await system.type(eventId);
    const bea = await buyTickets(system, { eventId, typeId, quantity: 2 });
    await sellOn(system, bea);
    await cancelEvent(system, eventId);
    const type = await hold('ticket_type', typeId);
    const unwinding = unwind(system);
    await waiting(1, unwinding);
    const asking = requestRefund(system, bea, 5000);
    await waiting(2, asking);
    await type.letGo();
    await unwinding;
    expect(await asking).toMatchObject({ type: 'order.refund-due', amount: 5000 });
    expect(await payoutsOf(system, bea.holder.id)).toEqual(['CANCELED']);
    expect(await system.toldOf('order.refund-due', bea.orderId)).toHaveLength(1);
    await expectStockToAgree(system.database, eventId);
  });
});

describe('a payout behind which two orders are disputed', () => {
  test('is due when both disputes are won at the same moment', async () => {
    const bea = await buyTickets(system);
    const cleo = await sellOn(system, bea);
    await dispute(system, bea);
    await dispute(system, cleo);
    expect(await payoutsOf(system, bea.holder.id)).toEqual(['HELD']);
    const type = await hold('ticket_type', bea.typeId);
    const winning = dispute(system, bea, 'WON');
    await waiting(1, winning);
    const winningToo = dispute(system, cleo, 'WON');
    await waiting(2, winningToo);
    await type.letGo();
    await Promise.all([winning, winningToo]);
    expect(await payoutsOf(system, bea.holder.id)).toEqual(['DUE']);
  });
});
