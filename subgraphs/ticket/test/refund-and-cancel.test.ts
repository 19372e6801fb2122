import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { callOff, cancelEvent } from './calling-off.ts';
import { expectStockToAgree } from './stock-agreement.ts';
import {
  admit,
  buyTickets,
  inEuros,
  listed,
  orderStatus,
  payoutsOf,
  refund,
  salesOf,
  sellOn,
  settlePayoutOf,
  takeListing,
  ticketFor,
} from './ticket-holder.ts';
import { admin, buyer, createType, startTickets, type TicketSystem } from './ticket-system.ts';

let system: TicketSystem;
beforeAll(async () => {
  system = await startTickets({ works: false });
});
afterAll(() => system.close());
beforeEach(() => system.at('2026-05-01T10:00:00.000Z'));

describe('an order that is paid back', () => {
  test('has void tickets, whose places are on sale again, and brought nothing', async () => {
    const bea = await buyTickets(system, { quantity: 2 });
    expect(await salesOf(system, bea.eventId)).toEqual({ sold: 2, reserved: 0, revenue: inEuros(5000) });
    await refund(system, bea, 5000);
    expect(await orderStatus(system, bea.orderId)).toBe('REFUNDED');
    for (const id of bea.ticketIds) {
      expect(await ticketFor(system, id, bea.holder)).toMatchObject({
        status: 'REFUNDED',
        doorStanding: 'CANCELED',
        code: null,
      });
    }
    expect((await system.toldOf('ticket.changed', bea.ticketId)).at(-1)).toMatchObject({
      standing: 'CANCELED',
    });
    expect((await system.toldOf('order.changed', bea.orderId)).at(-1)).toMatchObject({ status: 'REFUNDED' });
    expect(await salesOf(system, bea.eventId)).toEqual({ sold: 0, reserved: 0, revenue: inEuros(0) });
    expect(await system.reserve(buyer(), bea.eventId, bea.typeId, 10)).toMatchObject({ __typename: 'Order' });
    await expectStockToAgree(system.database, bea.eventId);
  });

  test('does not free the place of somebody who is inside', async () => {
    const bea = await buyTickets(system, { quantity: 2 });
    await admit(system, bea);
    await refund(system, bea, 5000);
    expect(await ticketFor(system, bea.ticketId)).toMatchObject({ status: 'REFUNDED', admitted: true });
    expect(await salesOf(system, bea.eventId)).toEqual({ sold: 1, reserved: 0, revenue: inEuros(0) });
    await expectStockToAgree(system.database, bea.eventId);
  });

  test('is paid back once, and by its own payment', async () => {
    const bea = await buyTickets(system);
    await refund(system, { ...bea, paymentId: newId() });
    expect(await orderStatus(system, bea.orderId)).toBe('PAID');
    await refund(system, bea);
    await refund(system, bea);
    expect(await salesOf(system, bea.eventId)).toEqual({ sold: 0, reserved: 0, revenue: inEuros(0) });
    await expectStockToAgree(system.database, bea.eventId);
  });

  test("of a resale brings the seat back, at the event's cost while the seller's payout stands", async () => {
    const bea = await buyTickets(system);
    const cleo = await sellOn(system, bea, 2000);
    await refund(system, cleo, 2000);
    expect(await ticketFor(system, cleo.ticketId)).toMatchObject({ status: 'REFUNDED' });
    expect(await salesOf(system, bea.eventId)).toEqual({ sold: 0, reserved: 0, revenue: inEuros(500) });
    expect(await payoutsOf(system, bea.holder.id)).toEqual(['DUE']);
    await expectStockToAgree(system.database, bea.eventId);
  });
});

describe('a refund that was decided', () => {
  test('before its buyer sold a ticket on calls the payout for it off: it is paid back already', async () => {
    const bea = await buyTickets(system, { quantity: 2 });
    const cleo = await sellOn(system, bea, 2000);
    await refund(system, bea, 5000);
    expect(await payoutsOf(system, bea.holder.id)).toEqual(['CANCELED']);
    expect(await ticketFor(system, cleo.ticketId)).toMatchObject({ status: 'VALID' });
    expect(await salesOf(system, bea.eventId)).toMatchObject({ sold: 1, revenue: inEuros(2000) });
    await expectStockToAgree(system.database, bea.eventId);
  });

  test('before the event was canceled leaves the payout that it left out', async () => {
    const bea = await buyTickets(system, { quantity: 2 });
    await sellOn(system, bea, 2000);
    await callOff(system, bea.eventId);
    expect(await payoutsOf(system, bea.holder.id)).toEqual(['CANCELED']);
    await refund(system, bea, 2500);
    expect(await payoutsOf(system, bea.holder.id)).toEqual(['DUE']);
  });

  test('and made before the event was canceled leaves it as well', async () => {
    const bea = await buyTickets(system, { quantity: 2 });
    const cleo = await sellOn(system, bea, 2000);
    await refund(system, bea, 2500);
    await callOff(system, bea.eventId);
    await refund(system, cleo, 2000);
    expect(await payoutsOf(system, bea.holder.id)).toEqual(['DUE']);
    expect(await system.toldOf('order.refund-due', bea.orderId)).toEqual([]);
  });
});

describe('an event that is canceled', () => {
  test('sells nothing more from the moment that this is known', async () => {
    const eventId = await system.event({ endsAt: '2026-07-01T00:00:00.000Z' });
    const typeId = await system.type(eventId);
    await cancelEvent(system, eventId);
    expect(await system.reserve(buyer(), eventId, typeId)).toMatchObject({
      __typename: 'SalesClosed',
      opensAt: null,
    });
    const input = { eventId, name: 'Late', price: { amount: 1, currency: 'EUR' }, capacity: 1 };
    expect(await system.client.refusal(createType, { input }, admin)).toMatchObject({ code: 'CONFLICT' });
  });

  test('ends every order: open ones are canceled, paid ones paid back once, and the tickets are void', async () => {
    const bea = await buyTickets(system, { quantity: 2 });
    const { eventId } = bea;
    const open = await system.reserve(buyer(), eventId, bea.typeId);
    const gift = await system.type(eventId, { price: { amount: 0, currency: 'EUR' } });
    const free = await system.reserve(buyer(), eventId, gift);
    await callOff(system, eventId);
    await callOff(system, eventId);
    expect([await orderStatus(system, open.id), await orderStatus(system, free.id)]).toEqual([
      'CANCELED',
      'CANCELED',
    ]);
    expect(await ticketFor(system, bea.ticketId)).toMatchObject({
      status: 'CANCELED',
      doorStanding: 'CANCELED',
    });
    expect(await ticketFor(system, free.tickets[0].id)).toMatchObject({ status: 'CANCELED' });
    expect(await system.toldOf('order.refund-due', bea.orderId)).toEqual([
      { orderId: bea.orderId, paymentId: bea.paymentId, amount: 5000, cause: 'EVENT_CANCELED' },
    ]);
    for (const { id } of [open, free]) expect(await system.toldOf('order.refund-due', id)).toEqual([]);
    expect(await orderStatus(system, bea.orderId)).toBe('PAID');
    await refund(system, bea, 5000);
    expect(await orderStatus(system, bea.orderId)).toBe('REFUNDED');
    expect(await ticketFor(system, bea.ticketId)).toMatchObject({ status: 'REFUNDED' });
    expect(await salesOf(system, eventId)).toMatchObject({ revenue: inEuros(0) });
    await expectStockToAgree(system.database, eventId);
  });

  test('pays back what comes in for an order that was being paid', async () => {
    const { eventId, typeId } = await buyTickets(system);
    const order = await system.reserve(buyer(), eventId, typeId);
    const begun = { orderId: order.id, paymentId: newId() };
    await system.tell('payment.started', order.id, { ...begun, at: '2026-05-01T10:00:00.000Z' });
    await callOff(system, eventId);
    await system.tell('payment.succeeded', order.id, { ...begun, amount: 2500 });
    expect(await orderStatus(system, order.id)).toBe('CANCELED');
    expect(await system.toldOf('order.refund-due', order.id)).toMatchObject([
      { cause: 'LATE_PAYMENT', amount: 2500 },
    ]);
  });

  test('ends resales, and whoever holds one', async () => {
    const bea = await buyTickets(system);
    const id = await listed(system, bea);
    const order = await takeListing(system, buyer(), id);
    await callOff(system, bea.eventId);
    expect(await orderStatus(system, order.id)).toBe('CANCELED');
    expect(await ticketFor(system, bea.ticketId)).toMatchObject({ status: 'CANCELED' });
    expect(await takeListing(system, buyer(), id)).toMatchObject({ __typename: 'ListingGone' });
    const { rows } = await system.database.pool.query('select status from ticket.listing where id = $1', [
      id,
    ]);
    expect(rows).toEqual([{ status: 'CANCELED' }]);
    await expectStockToAgree(system.database, bea.eventId);
  });

  test('calls off payouts that were not made: the seller gets the first price back, the buyer what they paid', async () => {
    const bea = await buyTickets(system);
    const cleo = await sellOn(system, bea, 2000);
    await callOff(system, bea.eventId);
    expect(await payoutsOf(system, bea.holder.id)).toEqual(['CANCELED']);
    expect(await system.toldOf('order.refund-due', bea.orderId)).toMatchObject([{ amount: 2500 }]);
    expect(await system.toldOf('order.refund-due', cleo.orderId)).toMatchObject([{ amount: 2000 }]);
    await refund(system, bea, 2500);
    await refund(system, cleo, 2000);
    expect(await salesOf(system, bea.eventId)).toMatchObject({ revenue: inEuros(0) });
    await expectStockToAgree(system.database, bea.eventId);
  });

  test('leaves payouts that were made, and pays their sellers back for the rest alone', async () => {
    const bea = await buyTickets(system, { quantity: 2 });
    const cleo = await sellOn(system, bea, 2000);
    const dora = await buyTickets(system, { eventId: bea.eventId, typeId: bea.typeId });
    await sellOn(system, dora, 2000);
    await settlePayoutOf(system, bea.holder.id);
    await settlePayoutOf(system, dora.holder.id);
    await callOff(system, bea.eventId);
    expect(await payoutsOf(system, bea.holder.id)).toEqual(['SETTLED']);
    expect(await system.toldOf('order.refund-due', bea.orderId)).toMatchObject([{ amount: 2500 }]);
    expect(await system.toldOf('order.refund-due', cleo.orderId)).toMatchObject([{ amount: 2000 }]);
    expect(await system.toldOf('order.refund-due', dora.orderId)).toEqual([]);
    expect(await orderStatus(system, dora.orderId)).toBe('CANCELED');
  });

  test('goes on ending its orders after a restart, none of them twice', async () => {
    const eventId = await system.event({ endsAt: '2026-07-01T00:00:00.000Z' });
    const typeId = await system.type(eventId, { capacity: 60 });
    const orders = await Promise.all(
      Array.from({ length: 60 }, () => buyTickets(system, { eventId, typeId })),
    );
    await cancelEvent(system, eventId);
    // One round does fifty; the process ends there.
    expect(await system.subgraph.services.unwindCanceledEvents()).toBe(true);
    const dueOf = async () => {
      const { rows } = await system.database.pool.query(
        `select key from ticket.outbox where type = 'order.refund-due' and key = any($1)`,
        [orders.map(({ orderId }) => orderId)],
      );
      return rows.map(({ key }) => key).sort();
    };
    expect((await dueOf()).length).toBe(50);
    const next = system.replica();
    while (await next.services.unwindCanceledEvents());
    expect(await dueOf()).toEqual(orders.map(({ orderId }) => orderId).sort());
  });

  test('is ended by two replicas at once without asking for any money twice', async () => {
    const eventId = await system.event({ endsAt: '2026-07-01T00:00:00.000Z' });
    const typeId = await system.type(eventId, { capacity: 12 });
    const orders = await Promise.all(
      Array.from({ length: 12 }, () => buyTickets(system, { eventId, typeId })),
    );
    await cancelEvent(system, eventId);
    const [here, there] = [system.subgraph, system.replica()];
    await Promise.all([here, there].map(async ({ services }) => await services.unwindCanceledEvents()));
    const { rows } = await system.database.pool.query(
      `select key from ticket.outbox where type = 'order.refund-due' and key = any($1)`,
      [orders.map(({ orderId }) => orderId)],
    );
    expect(rows).toHaveLength(12);
  });

  test('is ended however many were canceled before it within the hour', async () => {
    await system.database.pool.query(
      `insert into ticket.sale_event (id, status, gates, ends_at, updated_at)
       select '00-canceled-' || n, 'CANCELED', '{}', now(), now() from generate_series(1, 150) n`,
    );
    const { eventId, orderId } = await buyTickets(system);
    await callOff(system, eventId);
    expect(await system.toldOf('order.refund-due', orderId)).toHaveLength(1);
  });

  test('is left alone an hour later, when nothing of it is under way any more', async () => {
    const { eventId } = await buyTickets(system);
    await callOff(system, eventId);
    const unwound = async () =>
      (await system.database.pool.query('select unwound_at from ticket.sale_event where id = $1', [eventId]))
        .rows[0];
    expect(await unwound()).toEqual({ unwound_at: null });
    system.at(new Date(Date.now() + 2 * 60 * 60 * 1_000).toISOString());
    await system.subgraph.services.unwindCanceledEvents();
    expect((await unwound()).unwound_at).not.toBeNull();
  });
});
