import type { Transaction } from '@tixgo/platform/database/database.ts';
import type { OrderRecord } from '../domain/order.ts';
import type { TicketRecord } from '../domain/ticket.ts';
import { changeOrders, hasOrdersToUnwind, lockOrdersToUnwind } from '../store/order-store.ts';
import { cancelPayoutsOf } from '../store/payout-store.ts';
import {
  findEventsToUnwind,
  findUnwoundEvents,
  lockTypesOf,
  lockUnwinding,
  noteUnwound,
} from '../store/sale-event-store.ts';
import { moveStock, StockChanges } from '../store/ticket-type-store.ts';
import { refundableOf } from './answer-refund-request.ts';
import type { TicketDependencies } from './dependencies.ts';
import { lockKeptTickets } from './lock-tickets.ts';
import { addPayouts } from './order-revenue.ts';
import { releaseOrders } from './release-orders.ts';
import { type Tell, tellOrders } from './tell-changes.ts';
import { orderRefundDue, ticketNotice } from './ticket-facts.ts';
import { voidTickets } from './void-tickets.ts';
import { withholdMoney } from './withhold-order.ts';

const batchSize = 50;
const eventsAtOnce = 100;
/** For how long after its end an event is looked after for orders that were under way, in milliseconds. */
const afterlife = 60 * 60 * 1000;

/**
 * Calls off what canceled events have sold, some orders at a time: what was done is seen from the rows, so that it goes
 * on after a restart, and replicas do not do it twice. Resolves to whether there may be more.
 */
export const unwindCanceledEvents = (dependencies: TicketDependencies) => async (): Promise<boolean> => {
  const { database, clock } = dependencies;
  const events = await findEventsToUnwind(database, eventsAtOnce);
  let more = events.length === eventsAtOnce;
  for (const id of events) {
    const unwound = await unwindSome(dependencies, id);
    more ||= unwound === batchSize;
  }
  const over = new Date(clock().getTime() - afterlife);
  for (const id of await findUnwoundEvents(database, over, eventsAtOnce))
    await noteIfUnwound(dependencies, id);
  return more;
};

/** A refund may fail at this moment, whose order is to be called off then. */
async function noteIfUnwound({ database, clock }: TicketDependencies, eventId: string): Promise<void> {
  await database.transaction(async (transaction) => {
    await lockUnwinding(transaction, eventId);
    if (!(await hasOrdersToUnwind(transaction, eventId))) await noteUnwound(transaction, eventId, clock());
  });
}

async function unwindSome({ outbox, clock }: TicketDependencies, eventId: string): Promise<number> {
  const now = clock();
  return await outbox.transaction(async (transaction, tell) => {
    const orders = await lockOrdersToUnwind(transaction, eventId, batchSize);
    if (orders.length === 0) return 0;
    const paid = orders.filter(({ status }) => status === 'PAID');
    const tickets = Map.groupBy(await lockKeptTickets(transaction, paid), ({ orderId }) => orderId);
    // Sellers that are not paid out get the price of the first sale back, like everyone.
    const changes = new StockChanges();
    addPayouts(changes, await cancelPayoutsOf(transaction, eventId), 1);
    // Orders and payouts move them in two steps, each of which would take its own in order.
    await lockTypesOf(transaction, eventId);
    const pending = orders.filter(({ status }) => status === 'PENDING');
    await releaseOrders(transaction, tell, pending, 'CANCELED', now);
    for (const order of paid) {
      await endTickets(transaction, tell, order, tickets.get(order.id) ?? [], now);
      await payBack(transaction, tell, order, changes, now);
    }
    await moveStock(transaction, changes);
    return orders.length;
  });
}

async function endTickets(
  transaction: Transaction,
  tell: Tell,
  order: OrderRecord,
  tickets: readonly TicketRecord[],
  now: Date,
): Promise<void> {
  const standing = tickets.filter(({ status }) => status === 'VALID' || status === 'LISTED');
  await voidTickets(transaction, tell, standing, { status: 'CANCELED' }, now);
  for (const userId of new Set(standing.map(({ holderId }) => holderId))) {
    tell(ticketNotice({ kind: 'EVENT_CANCELED', userId, eventId: order.eventId }, now));
  }
}

/** What no payout stands for, behind which payouts are held until it is there. */
async function payBack(
  transaction: Transaction,
  tell: Tell,
  order: OrderRecord,
  changes: StockChanges,
  now: Date,
): Promise<void> {
  const { id: orderId, paidById: paymentId } = order;
  const amount = await refundableOf(transaction, orderId);
  if (amount === 0 || paymentId === null) {
    const canceled = await changeOrders(transaction, [orderId], { status: 'CANCELED' });
    await tellOrders(transaction, tell, canceled, now);
    return;
  }
  const change = { refundAsked: true, refunding: true, unpaid: true } as const;
  const changed = await changeOrders(transaction, [orderId], change);
  if (!order.unpaid) await withholdMoney(transaction, changes, order, true);
  await tellOrders(transaction, tell, changed, now);
  tell(orderRefundDue({ orderId, paymentId, amount, cause: 'EVENT_CANCELED' }, now));
}
