import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import { findDisagreements } from './sale-agreement.ts';
import {
  cancelEvent,
  listTicket,
  lookAtSale,
  payOrder,
  refundPayment,
  reserveListing,
  reserveTickets,
  settlePayout,
} from './selling-model/documents.ts';
import { open } from './selling-model/opening.ts';
import type { SaleModel } from './selling-model/sale-model.ts';
import { type Answer, type Reply, SaleWorld, type Service } from './selling-model/sale-world.ts';

let world: SaleWorld;
let model: SaleModel;
let bea: UserViewer;
let cleo: UserViewer;
beforeAll(async () => {
  world = await SaleWorld.start(2);
  [bea, cleo] = world.buyers as [UserViewer, UserViewer];
});
afterAll(() => world.close());
beforeEach(async () => {
  model = await open(world, [4, 1, 1]);
});

async function ask(
  service: Service,
  query: string,
  variables: Record<string, unknown>,
  asking = world.admin,
): Promise<Answer> {
  const reply = await world.ask(service, query, variables, asking);
  if (reply.kind !== 'data') throw new Error(JSON.stringify(reply));
  await world.settle();
  return reply.data.answer;
}

const sale = async (): Promise<Answer> => {
  const variables = { eventId: model.eventId, event: [] };
  const reply = await world.ask('ticket', lookAtSale, variables, world.admin);
  if (reply.kind !== 'data') throw new Error(JSON.stringify(reply));
  const nodes = ({ edges }: Answer): Answer[] => edges.map(({ node }: Answer) => node);
  return { orders: nodes(reply.data.orders), payouts: nodes(reply.data.payouts) };
};

/** Tickets at 1,000 each. */
async function buy(quantity: number): Promise<{ orderId: string; paymentId: string; ticketId: string }> {
  const lines = [{ ticketTypeId: model.types[0]?.id, quantity }];
  const input = { eventId: model.eventId, idempotencyKey: newId(), lines };
  const { id: orderId } = await ask('ticket', reserveTickets, { input }, bea);
  const paymentId = await pay(orderId, bea);
  const { orders } = await sale();
  return { orderId, paymentId, ticketId: orders.find(({ id }: Answer) => id === orderId).tickets[0].id };
}

async function pay(orderId: string, payer: UserViewer): Promise<string> {
  const input = { orderId, paymentMethod: 'pm_card_visa', idempotencyKey: newId() };
  return (await ask('payment', payOrder, { input }, payer)).id;
}

/** From one to the other, for 1,000. Answers the payout's id. */
async function resell(ticketId: string): Promise<string> {
  const { id } = await ask('ticket', listTicket, { id: ticketId, price: 1_000 }, bea);
  const order = await ask('ticket', reserveListing, { id, key: newId() }, cleo);
  await pay(order.id, cleo);
  return (await sale()).payouts[0].id;
}

const askRefund = async (id: string): Promise<Reply> =>
  await world.ask('payment', refundPayment, { id }, world.admin);

async function refundOf(paymentId: string): Promise<Answer> {
  const query =
    'query ($id: ID!) { answer: payment(id: $id) { status refund { status amount { amount } } } }';
  return await ask('payment', query, { id: paymentId });
}

/** What went back of all that was taken. */
async function paidBack(): Promise<number> {
  const { rows } = await world.database.pool.query(
    'select sum(refunded)::int as paid_back from payment.sandbox_intent',
  );
  return rows[0].paid_back;
}

const payoutStatuses = async () => (await sale()).payouts.map(({ status }: Answer) => status);

/** Every fact comes where it goes, and what runs by itself has run. */
async function release(): Promise<void> {
  world.broker.release();
  await world.settle();
  await world.run('unwind');
  await world.settle();
  await world.run('reconcile');
  await world.settle();
  // The system reconciles by itself as well: what it is at may be told after the facts that were waited for.
  expect(await findDisagreements(world.database.pool, 10_000, { overBroker: true })).toEqual([]);
  await world.settle();
}

describe('a refund that is asked for before payment has heard of a resale', () => {
  test('leaves out what the seller was paid out for', async () => {
    const { paymentId, ticketId } = await buy(2);
    world.broker.hold('payment');
    await ask('ticket', settlePayout, { id: await resell(ticketId) });
    expect(await askRefund(paymentId)).toMatchObject({ data: { answer: { status: 'SUCCEEDED' } } });
    expect(await refundOf(paymentId)).toMatchObject({ refund: { status: 'PENDING' } });
    await release();
    expect(await refundOf(paymentId)).toMatchObject({
      status: 'REFUNDED',
      refund: { status: 'SUCCEEDED', amount: { amount: 1_000 } },
    });
    expect(await paidBack()).toBe(1_000);
    expect(await payoutStatuses()).toEqual(['SETTLED']);
  });

  test('comes to nothing when the seller was paid out for all of it', async () => {
    const { paymentId, ticketId } = await buy(1);
    world.broker.hold('payment');
    await ask('ticket', settlePayout, { id: await resell(ticketId) });
    await askRefund(paymentId);
    await release();
    expect(await refundOf(paymentId)).toMatchObject({ status: 'SUCCEEDED', refund: { status: 'FAILED' } });
    expect(await paidBack()).toBe(0);
    expect(await askRefund(paymentId)).toMatchObject({ kind: 'refused', code: 'CONFLICT' });
  });
});

describe('a refund that the ticket service has not heard of yet', () => {
  test('leaves out a payout that is made meanwhile', async () => {
    const { paymentId, ticketId } = await buy(2);
    const payoutId = await resell(ticketId);
    world.broker.hold('ticket');
    await askRefund(paymentId);
    await ask('ticket', settlePayout, { id: payoutId });
    await release();
    expect(await paidBack()).toBe(1_000);
    expect(await payoutStatuses()).toEqual(['SETTLED']);
  });

  test('leaves out a resale that comes meanwhile, and lets its payout wait until the money is back', async () => {
    const { paymentId, ticketId } = await buy(2);
    const { id } = await ask('ticket', listTicket, { id: ticketId, price: 1_000 }, bea);
    const order = await ask('ticket', reserveListing, { id, key: newId() }, cleo);
    world.broker.hold('ticket');
    await pay(order.id, cleo);
    await askRefund(paymentId);
    // Of the two orders the second first: its payment began, and succeeded.
    await world.broker.deliver([1, 1]);
    await release();
    expect(await paidBack()).toBe(1_000);
    expect(await payoutStatuses()).toEqual(['DUE']);
  });

  test('is PENDING while that is away, and is finished when it is back, whoever has restarted', async () => {
    const { orderId, paymentId } = await buy(2);
    world.broker.hold('ticket');
    await askRefund(paymentId);
    await world.restart();
    await world.run('reconcile');
    expect(await refundOf(paymentId)).toMatchObject({ status: 'SUCCEEDED', refund: { status: 'PENDING' } });
    expect(await askRefund(paymentId)).toMatchObject({ kind: 'refused', code: 'CONFLICT' });
    await world.crash();
    await release();
    expect(await refundOf(paymentId)).toMatchObject({ status: 'REFUNDED', refund: { status: 'SUCCEEDED' } });
    expect(await paidBack()).toBe(2_000);
    const { orders } = await sale();
    expect(orders.find(({ id }: Answer) => id === orderId)).toMatchObject({ status: 'REFUNDED' });
  });
});

describe('a refund that is asked for beside the cancelation of its event', () => {
  test.each(['ticket', 'payment'])('is one, whichever %s hears of first', async (consumer) => {
    const { paymentId, ticketId } = await buy(2);
    await resell(ticketId);
    world.broker.hold(consumer);
    await askRefund(paymentId);
    await ask('event', cancelEvent, { id: model.eventId }).catch(() => undefined);
    await world.run('unwind');
    // What both were paid went back: the seller is paid out for nothing, or paid back the less.
    await release();
    const kept = (await payoutStatuses()).includes('CANCELED') ? 0 : 1_000;
    expect(await paidBack()).toBe(3_000 - kept);
    expect(await refundOf(paymentId)).toMatchObject({ refund: { status: 'SUCCEEDED' } });
  });
});
