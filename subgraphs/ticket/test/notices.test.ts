import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { callOff } from './calling-off.ts';
import { buyTickets, sellOn } from './ticket-holder.ts';
import { buyer, startTickets, type TicketSystem } from './ticket-system.ts';

let system: TicketSystem;
beforeAll(async () => {
  system = await startTickets({ works: false });
});
afterAll(() => system.close());
beforeEach(() => system.at('2026-05-01T10:00:00.000Z'));

/** What somebody is to be told, oldest first. */
const noticesFor = async (userId: string) => {
  const query =
    "select payload from ticket.outbox where type = 'ticket.notice' and key = $1 order by sequence";
  const { rows } = await system.database.pool.query(query, [userId]);
  return rows.map(({ payload }) => payload);
};
const give = async (ticketId: string, from: ReturnType<typeof buyer>, to: ReturnType<typeof buyer>) => {
  system.users.set('receiver', to.id);
  await system.client.data(
    'mutation ($id: ID!) { transferTicket(id: $id, toUsername: "receiver") { id } }',
    { id: ticketId },
    from,
  );
};

test('whose order is paid is told once, and not while it is only reserved', async () => {
  const bea = buyer();
  const eventId = await system.event();
  const { id } = await system.reserve(bea, eventId, await system.type(eventId));
  expect(await noticesFor(bea.id)).toEqual([]);
  await system.pay(id);
  const confirmed = { kind: 'ORDER_CONFIRMED', userId: bea.id, eventId, orderId: id };
  expect(await noticesFor(bea.id)).toEqual([confirmed]);
  await system.tell('payment.succeeded', id, { orderId: id, paymentId: 'another', amount: 2500 });
  expect(await noticesFor(bea.id)).toEqual([confirmed]);
});

test('whose order is free is told at once', async () => {
  const bea = buyer();
  const eventId = await system.event();
  const typeId = await system.type(eventId, { price: { amount: 0, currency: 'EUR' } });
  const { id } = await system.reserve(bea, eventId, typeId);
  expect(await noticesFor(bea.id)).toEqual([
    { kind: 'ORDER_CONFIRMED', userId: bea.id, eventId, orderId: id },
  ]);
});

test('who buys a ticket that was sold on is told, and its seller is not', async () => {
  const bea = await buyTickets(system);
  const before = await noticesFor(bea.holder.id);
  const sold = await sellOn(system, bea);
  const { eventId, orderId } = sold;
  expect(await noticesFor(sold.holder.id)).toEqual([
    { kind: 'ORDER_CONFIRMED', userId: sold.holder.id, eventId, orderId },
  ]);
  expect(await noticesFor(bea.holder.id)).toEqual(before);
});

test('who is given a ticket is told by whom', async () => {
  const bea = await buyTickets(system);
  const cleo = buyer();
  await give(bea.ticketId, bea.holder, cleo);
  expect(await noticesFor(cleo.id)).toEqual([
    {
      kind: 'TICKET_RECEIVED',
      userId: cleo.id,
      eventId: bea.eventId,
      ticketId: bea.ticketId,
      fromUserId: bea.holder.id,
    },
  ]);
});

test('when an event is canceled everybody who holds a ticket is told, once an order, and nobody else', async () => {
  const bea = await buyTickets(system, { quantity: 3 });
  const [cleo, dan] = [buyer(), buyer()];
  for (const id of bea.ticketIds.slice(0, 2)) await give(id, bea.holder, cleo);
  await system.reserve(dan, bea.eventId, bea.typeId);
  await callOff(system, bea.eventId);
  const ofCancelation = async (userId: string) =>
    (await noticesFor(userId)).filter(({ kind }) => kind === 'EVENT_CANCELED');
  for (const userId of [bea.holder.id, cleo.id]) {
    expect(await ofCancelation(userId)).toEqual([{ kind: 'EVENT_CANCELED', userId, eventId: bea.eventId }]);
  }
  expect(await noticesFor(dan.id)).toEqual([]);
});
