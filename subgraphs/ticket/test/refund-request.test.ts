import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { callOff, unwind } from './calling-off.ts';
import { expectStockToAgree } from './stock-agreement.ts';
import {
  buyTickets,
  dispute,
  failRefund,
  type Holding,
  inEuros,
  listed,
  listTicket,
  orderStatus,
  payoutsOf,
  refund,
  requestRefund,
  salesOf,
  sellOn,
  settlePayoutOf,
  takeListing,
  ticketFor,
} from './ticket-holder.ts';
import { type Answer, buyer, startTickets, type TicketSystem } from './ticket-system.ts';

let system: TicketSystem;
beforeAll(async () => {
  system = await startTickets({ works: false });
});
afterAll(() => system.close());
beforeEach(() => system.at('2026-05-01T10:00:00.000Z'));

const due = ({ orderId, paymentId }: Holding, amount: number, cause = 'ADMIN'): Answer => ({
  type: 'order.refund-due',
  orderId,
  paymentId,
  amount,
  cause,
});
const declined = ({ orderId, paymentId }: Holding): Answer => ({
  type: 'order.refund-declined',
  orderId,
  paymentId,
});
const duesOf = async ({ orderId }: Holding) => await system.toldOf('order.refund-due', orderId);

describe('an order whose refund is asked for', () => {
  test('is to be paid back whole, while its tickets stay at the door, with their holder and off resale', async () => {
    const bea = await buyTickets(system, { quantity: 2 });
    await listed(system, bea);
    expect(await requestRefund(system, bea, 5000)).toEqual(due(bea, 5000));
    expect(await ticketFor(system, bea.ticketId)).toMatchObject({ status: 'VALID', doorStanding: 'UNPAID' });
    const price = { amount: 2000, currency: 'EUR' };
    const [, second = ''] = bea.ticketIds;
    expect(await system.client.refusal(listTicket, { ticketId: second, price }, bea.holder)).toMatchObject({
      code: 'CONFLICT',
    });
    await refund(system, bea, 5000);
    expect(await ticketFor(system, bea.ticketId)).toMatchObject({ status: 'REFUNDED' });
    expect(await salesOf(system, bea.eventId)).toEqual({ sold: 0, reserved: 0, revenue: inEuros(0) });
    await expectStockToAgree(system.database, bea.eventId);
  });

  test('is to be paid back without what its buyer was paid out for', async () => {
    const bea = await buyTickets(system, { quantity: 2 });
    await sellOn(system, bea, 2000);
    await settlePayoutOf(system, bea.holder.id);
    expect(await requestRefund(system, bea, 5000)).toEqual(due(bea, 2500));
  });

  test('is to be paid back without what its buyer is to be paid out for, and that waits', async () => {
    const bea = await buyTickets(system, { quantity: 2 });
    await sellOn(system, bea, 2000);
    expect(await requestRefund(system, bea, 5000)).toEqual(due(bea, 2500));
    expect(await payoutsOf(system, bea.holder.id)).toEqual(['HELD']);
    expect(await settlePayoutOf(system, bea.holder.id)).toBe('CONFLICT');
    await refund(system, bea, 2500);
    expect(await payoutsOf(system, bea.holder.id)).toEqual(['DUE']);
    expect(await salesOf(system, bea.eventId)).toMatchObject({ sold: 1, revenue: inEuros(2500) });
  });

  test('of all of whose tickets were sold on is not, and nothing changes', async () => {
    const bea = await buyTickets(system);
    await sellOn(system, bea, 2000);
    expect(await requestRefund(system, bea)).toEqual(declined(bea));
    expect(await payoutsOf(system, bea.holder.id)).toEqual(['DUE']);
    await settlePayoutOf(system, bea.holder.id);
    expect(await requestRefund(system, bea)).toEqual(declined(bea));
    expect(await orderStatus(system, bea.orderId)).toBe('PAID');
    expect(await salesOf(system, bea.eventId)).toMatchObject({ sold: 1, revenue: inEuros(2500) });
  });

  test('of a canceled event that left nothing to pay back is not', async () => {
    const bea = await buyTickets(system);
    await sellOn(system, bea, 2000);
    await settlePayoutOf(system, bea.holder.id);
    await callOff(system, bea.eventId);
    expect(await orderStatus(system, bea.orderId)).toBe('CANCELED');
    expect(await requestRefund(system, bea)).toEqual(declined(bea));
  });

  test('is not resold meanwhile: who was buying its ticket gets their money back', async () => {
    const bea = await buyTickets(system);
    const cleo = buyer();
    const { id: orderId } = await takeListing(system, cleo, await listed(system, bea));
    expect(await requestRefund(system, bea)).toEqual(due(bea, 2500));
    const paymentId = await system.pay(orderId);
    expect(await system.toldOf('order.refund-due', orderId)).toEqual([
      { orderId, paymentId, amount: 2000, cause: 'LATE_PAYMENT' },
    ]);
    expect(await payoutsOf(system, bea.holder.id)).toEqual([]);
  });

  test('is answered once, however often it is asked for meanwhile', async () => {
    const bea = await buyTickets(system);
    await Promise.all([requestRefund(system, bea), requestRefund(system, bea)]);
    await requestRefund(system, bea);
    expect(await duesOf(bea)).toHaveLength(1);
    await refund(system, bea);
    expect(await requestRefund(system, bea)).toEqual(declined(bea));
    expect(await salesOf(system, bea.eventId)).toMatchObject({ sold: 0, revenue: inEuros(0) });
  });

  test('and that failed is as it was, and may be asked for again', async () => {
    const bea = await buyTickets(system, { quantity: 2 });
    await requestRefund(system, bea, 5000);
    await failRefund(system, bea);
    expect(await ticketFor(system, bea.ticketId)).toMatchObject({ doorStanding: 'ADMISSIBLE' });
    expect(await salesOf(system, bea.eventId)).toMatchObject({ sold: 2, revenue: inEuros(5000) });
    await sellOn(system, bea, 2000);
    expect(await requestRefund(system, bea, 5000)).toEqual(due(bea, 2500));
    expect(await duesOf(bea)).toHaveLength(2);
  });

  test('by a payment that came too late to pay it gets that payment back, and keeps its tickets', async () => {
    const bea = await buyTickets(system);
    const late = { ...bea, paymentId: newId() };
    expect(await requestRefund(system, late)).toEqual(due(late, 2500, 'LATE_PAYMENT'));
    expect(await ticketFor(system, bea.ticketId)).toMatchObject({ doorStanding: 'ADMISSIBLE' });
    await failRefund(system, late);
    expect(await salesOf(system, bea.eventId)).toMatchObject({ revenue: inEuros(2500) });
  });
});

describe('a refund on its way, and a dispute', () => {
  const standings = async (bea: Holding) => [
    (await ticketFor(system, bea.ticketIds[1] ?? '')).doorStanding,
    ...(await payoutsOf(system, bea.holder.id)),
  ];
  /** Of two tickets one is sold on. */
  async function sellOne(): Promise<Holding> {
    const bea = await buyTickets(system, { quantity: 2 });
    await sellOn(system, bea, 2000);
    return bea;
  }

  test('that is won leaves everything held until the refund is there', async () => {
    const bea = await sellOne();
    await requestRefund(system, bea, 5000);
    await dispute(system, bea, 'LOST');
    await dispute(system, bea, 'WON');
    expect(await standings(bea)).toEqual(['UNPAID', 'HELD']);
    await refund(system, bea, 2500);
    expect(await standings(bea)).toEqual(['CANCELED', 'DUE']);
    await expectStockToAgree(system.database, bea.eventId);
  });

  test('that stands leaves everything held when the refund has failed', async () => {
    const bea = await sellOne();
    await requestRefund(system, bea, 5000);
    await dispute(system, bea, 'LOST');
    await failRefund(system, bea);
    expect(await standings(bea)).toEqual(['UNPAID', 'HELD']);
    await dispute(system, bea, 'WON');
    expect(await standings(bea)).toEqual(['ADMISSIBLE', 'DUE']);
    expect(await salesOf(system, bea.eventId)).toMatchObject({ revenue: inEuros(5000) });
  });

  test('that was lost before still pays back what is due once it is won', async () => {
    const bea = await sellOne();
    await dispute(system, bea, 'LOST');
    expect(await requestRefund(system, bea, 5000)).toEqual(due(bea, 2500));
    await dispute(system, bea, 'WON');
    expect(await standings(bea)).toEqual(['UNPAID', 'HELD']);
  });
});

describe('a canceled event beside a refund that an admin asked for', () => {
  test('asks for no second one: what is on its way is all there is', async () => {
    const bea = await buyTickets(system, { quantity: 2 });
    const cleo = await sellOn(system, bea, 2000);
    await requestRefund(system, bea, 5000);
    await callOff(system, bea.eventId);
    expect(await duesOf(bea)).toMatchObject([{ cause: 'ADMIN', amount: 2500 }]);
    await refund(system, cleo, 2000);
    expect(await payoutsOf(system, bea.holder.id)).toEqual(['HELD']);
    await refund(system, bea, 2500);
    await unwind(system);
    expect(await payoutsOf(system, bea.holder.id)).toEqual(['DUE']);
    expect(await orderStatus(system, bea.orderId)).toBe('REFUNDED');
    await expectStockToAgree(system.database, bea.eventId);
  });

  test('asks for it when that has failed, however much later', async () => {
    const bea = await buyTickets(system, { quantity: 2 });
    await sellOn(system, bea, 2000);
    await requestRefund(system, bea, 5000);
    await callOff(system, bea.eventId);
    // An hour later nothing of the event is looked after any more.
    system.at(new Date(Date.now() + 2 * 60 * 60 * 1_000).toISOString());
    await unwind(system);
    await failRefund(system, bea);
    await unwind(system);
    expect((await duesOf(bea)).at(-1)).toMatchObject({ cause: 'EVENT_CANCELED', amount: 5000 });
    expect(await payoutsOf(system, bea.holder.id)).toEqual(['CANCELED']);
    expect(await ticketFor(system, bea.ticketId)).toMatchObject({ status: 'CANCELED' });
    await expectStockToAgree(system.database, bea.eventId);
  });

  test('asks for it once though it fails: from then on an admin does', async () => {
    const bea = await buyTickets(system);
    await callOff(system, bea.eventId);
    await failRefund(system, bea);
    await unwind(system);
    expect(await duesOf(bea)).toHaveLength(1);
    expect(await requestRefund(system, bea)).toEqual(due(bea, 2500));
  });

  test('answers a request that comes behind it', async () => {
    const bea = await buyTickets(system);
    await callOff(system, bea.eventId);
    await requestRefund(system, bea);
    expect(await duesOf(bea)).toMatchObject([{ cause: 'EVENT_CANCELED' }]);
  });

  test('asks for what was declined when its payouts are called off', async () => {
    const bea = await buyTickets(system);
    await sellOn(system, bea, 2000);
    expect(await requestRefund(system, bea)).toEqual(declined(bea));
    await callOff(system, bea.eventId);
    expect(await duesOf(bea)).toMatchObject([{ cause: 'EVENT_CANCELED', amount: 2500 }]);
  });
});

describe('a canceled event', () => {
  test('lets no payout be made behind what it asks back, not even of a seller who is paid back already', async () => {
    const bea = await buyTickets(system, { quantity: 2 });
    const cleo = await sellOn(system, bea, 2000);
    await requestRefund(system, bea, 5000);
    await refund(system, bea, 2500);
    expect(await payoutsOf(system, bea.holder.id)).toEqual(['DUE']);
    await callOff(system, bea.eventId);
    expect(await duesOf(cleo)).toMatchObject([{ amount: 2000 }]);
    expect(await settlePayoutOf(system, bea.holder.id)).toBe('CONFLICT');
    await expectStockToAgree(system.database, bea.eventId);
    await refund(system, cleo, 2000);
    expect(await payoutsOf(system, bea.holder.id)).toEqual(['DUE']);
    await expectStockToAgree(system.database, bea.eventId);
  });

  test('asks back what is disputed as well, and counts that once', async () => {
    const bea = await buyTickets(system);
    await dispute(system, bea, 'LOST');
    await callOff(system, bea.eventId);
    expect(await duesOf(bea)).toMatchObject([{ amount: 2500 }]);
    expect(await salesOf(system, bea.eventId)).toMatchObject({ revenue: inEuros(0) });
    await dispute(system, bea, 'WON');
    await refund(system, bea);
    expect(await salesOf(system, bea.eventId)).toMatchObject({ sold: 0, revenue: inEuros(0) });
    await expectStockToAgree(system.database, bea.eventId);
  });
});
