import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { admin, buyer, reserveTickets, startTickets, type TicketSystem } from './ticket-system.ts';

let system: TicketSystem;
beforeAll(async () => {
  system = await startTickets();
});
afterAll(() => system.close());

const myOrder = /* GraphQL */ `
  query ($id: ID!) { order(id: $id) { status tickets { id status code qrSvg codeNumber doorStanding holder { id } } } }
`;

describe('buying tickets', () => {
  test('holds them, and issues them with signed codes once they are paid', async () => {
    const eventId = await system.event();
    const typeId = await system.type(eventId);
    const bea = buyer();
    const order = await system.reserve(bea, eventId, typeId, 2);
    expect(order).toMatchObject({
      __typename: 'Order',
      status: 'PENDING',
      total: { amount: 5000, currency: 'EUR' },
      lines: [{ quantity: 2, price: { amount: 2500 }, type: { id: typeId } }],
      tickets: [],
    });
    await system.pay(order.id);
    const paid = (await system.client.data(myOrder, { id: order.id }, bea)).order;
    expect(paid.status).toBe('PAID');
    expect(paid.tickets).toHaveLength(2);
    expect(paid.tickets[0]).toMatchObject({
      status: 'VALID',
      codeNumber: 1,
      doorStanding: 'ADMISSIBLE',
      holder: { id: bea.id },
    });
    expect(paid.tickets[0].code.split('.')).toHaveLength(3);
    expect(paid.tickets[0].qrSvg).toMatch(/^<svg/);
  });

  test('the same key answers the same order, and is refused for another one', async () => {
    const eventId = await system.event();
    const typeId = await system.type(eventId);
    const bea = buyer();
    const first = await system.reserve(bea, eventId, typeId, 1, 'k');
    expect((await system.reserve(bea, eventId, typeId, 1, 'k')).id).toBe(first.id);
    const input = { eventId, lines: [{ ticketTypeId: typeId, quantity: 2 }], idempotencyKey: 'k' };
    const refusal = await system.client.refusal(reserveTickets, { input }, bea);
    expect(refusal).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED', field: 'idempotencyKey' });
  });

  test("another's order is not found", async () => {
    const eventId = await system.event();
    const order = await system.reserve(buyer(), eventId, await system.type(eventId));
    expect(await system.client.refusal(myOrder, { id: order.id }, buyer())).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect((await system.client.data(myOrder, { id: order.id }, admin)).order.status).toBe('PENDING');
  });

  test('of what is free of charge gives the tickets at once', async () => {
    const eventId = await system.event();
    const typeId = await system.type(eventId, { price: { amount: 0, currency: 'EUR' } });
    const order = await system.reserve(buyer(), eventId, typeId, 3);
    expect(order).toMatchObject({ status: 'PAID', total: { amount: 0 } });
    expect(order.tickets).toHaveLength(3);
  });

  test('beyond what is left is sold out, and beyond the limit refused with the limit', async () => {
    const eventId = await system.event();
    const typeId = await system.type(eventId, { capacity: 3, maxPerOrder: 4 });
    expect(await system.reserve(buyer(), eventId, typeId, 5)).toMatchObject({
      __typename: 'LimitExceeded',
      maxPerOrder: 4,
    });
    expect(await system.reserve(buyer(), eventId, typeId, 2)).toMatchObject({ __typename: 'Order' });
    expect(await system.reserve(buyer(), eventId, typeId, 2)).toMatchObject({
      __typename: 'SoldOut',
      available: 1,
    });
  });

  test('a payment that comes after the order has gone is to be paid back', async () => {
    const eventId = await system.event();
    const order = await system.reserve(buyer(), eventId, await system.type(eventId));
    const paymentId = newId();
    await system.client.data(
      'mutation ($id: ID!) { cancelOrder(id: $id) { status } }',
      { id: order.id },
      admin,
    );
    await system.tell('payment.succeeded', order.id, { orderId: order.id, paymentId, amount: 2500 });
    await system.settled();
    expect(
      system.told.filter(({ type, key }) => type === 'order.refund-due' && key === order.id),
    ).toMatchObject([{ payload: { orderId: order.id, paymentId, amount: 2500, cause: 'LATE_PAYMENT' } }]);
  });
});
