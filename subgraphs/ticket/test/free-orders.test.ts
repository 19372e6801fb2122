import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { answerTo, basket, endsAt } from './reservations.ts';
import { expectStockToAgree } from './stock-agreement.ts';
import { ticketFor } from './ticket-holder.ts';
import { admin, buyer, startTickets, type TicketSystem } from './ticket-system.ts';
import { typeById } from './ticket-type-rules.ts';

let system: TicketSystem;
beforeAll(async () => {
  system = await startTickets({ works: false });
});
afterAll(() => system.close());
beforeEach(() => system.at('2026-05-01T10:00:00.000Z'));

const someEvent = async () => await system.event({ endsAt });
const free = { price: { amount: 0, currency: 'EUR' } };

describe('what is free of charge', () => {
  test('is paid at once: the door and the payment service hear of it like that', async () => {
    const eventId = await someEvent();
    const typeId = await system.type(eventId, free);
    const bea = buyer();
    const order = await system.reserve(bea, eventId, typeId, 2, 'k');
    expect(order).toMatchObject({ status: 'PAID', total: { amount: 0 }, tickets: [{}, {}] });
    expect(await system.reserve(bea, eventId, typeId, 2, 'k')).toEqual(order);
    expect(await system.toldOf('order.changed', order.id)).toMatchObject([
      { status: 'PAID', total: { amount: 0, currency: 'EUR' }, refundable: 0, version: 1 },
    ]);
    for (const { id } of order.tickets) {
      expect(await system.toldOf('ticket.changed', id)).toMatchObject([
        { standing: 'ADMISSIBLE', codeNumber: 1 },
      ]);
      expect(await ticketFor(system, id, bea)).toMatchObject({
        holder: { id: bea.id },
        order: { id: order.id },
      });
    }
    expect((await typeById(system, typeId)).available).toBe(8);
    await expectStockToAgree(system.database, eventId);
  });

  test('beside what is not waits for the payment', async () => {
    const eventId = await someEvent();
    const lines = [await system.type(eventId, free), await system.type(eventId)].map(
      (id) => [id, 1] as const,
    );
    const order = await answerTo(system, basket(eventId, lines));
    expect(order).toMatchObject({ status: 'PENDING', total: { amount: 2500 }, tickets: [] });
    await system.pay(order.id);
    const query = 'query ($id: ID!) { order(id: $id) { status tickets { type { id } } } }';
    const paid = (await system.client.data(query, { id: order.id }, admin)).order;
    expect(paid.status).toBe('PAID');
    expect(paid.tickets.map(({ type }: { type: { id: string } }) => type.id).sort()).toEqual(
      lines.map(([id]) => id),
    );
  });

  test('neither lapses nor can be called off, and what is paid for it goes back', async () => {
    const eventId = await someEvent();
    const bea = buyer();
    const { id: orderId, tickets } = await system.reserve(bea, eventId, await system.type(eventId, free));
    const paymentId = newId();
    await system.tell('payment.succeeded', orderId, { orderId, paymentId, amount: 1 });
    expect(await system.toldOf('order.refund-due', orderId)).toMatchObject([
      { paymentId, cause: 'LATE_PAYMENT' },
    ]);
    system.at('2026-05-01T11:00:00.000Z');
    await system.subgraph.services.sweepLapsedOrders();
    const cancel = 'mutation ($id: ID!) { cancelOrder(id: $id) { id } }';
    expect(await system.client.refusal(cancel, { id: orderId }, bea)).toMatchObject({ code: 'CONFLICT' });
    expect(await ticketFor(system, tickets[0].id, bea)).toMatchObject({ status: 'VALID' });
    await expectStockToAgree(system.database, eventId);
  });

  test('is void with its event, and there is nothing to pay back', async () => {
    const eventId = await someEvent();
    const bea = buyer();
    const { id, tickets } = await system.reserve(bea, eventId, await system.type(eventId, free));
    await system.event({ eventId, endsAt, status: 'CANCELED', updatedAt: new Date().toISOString() });
    await system.subgraph.services.unwindCanceledEvents();
    const query = 'query ($id: ID!) { order(id: $id) { status } }';
    expect((await system.client.data(query, { id }, bea)).order.status).toBe('CANCELED');
    expect(await ticketFor(system, tickets[0].id, bea)).toMatchObject({ status: 'CANCELED', code: null });
    expect(await system.toldOf('order.refund-due', id)).toEqual([]);
  });

  test('is given out to the last one and no further, however many come at once', async () => {
    const eventId = await someEvent();
    const typeId = await system.type(eventId, { ...free, capacity: 12 });
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => system.reserve(buyer(), eventId, typeId)),
    );
    const given = answers.filter(({ __typename, tickets }) => __typename === 'Order' && tickets.length === 1);
    expect(given).toHaveLength(12);
    expect(answers.filter(({ __typename }) => __typename === 'SoldOut')).toHaveLength(28);
    await expectStockToAgree(system.database, eventId);
  });
});
