import type { Transaction } from '@tixgo/platform/database/database.ts';
import type { PaymentDisputed, PaymentRefundFailed } from '@tixgo/schema/facts/payment.ts';
import type { OrderRecord } from '../domain/order.ts';
import { changeOrders, lockOrder } from '../store/order-store.ts';
import { lockPayoutsBehind, movePayouts, releasePayouts } from '../store/payout-store.ts';
import { noteUnwound } from '../store/sale-event-store.ts';
import { changeTickets, findPurchases } from '../store/ticket-store.ts';
import { moveStock, StockChanges } from '../store/ticket-type-store.ts';
import { lockKeptTickets } from './lock-tickets.ts';
import { addPurchases } from './order-revenue.ts';
import { type Tell, tellOrders, tellTickets } from './tell-changes.ts';
import { takeOffResale } from './void-tickets.ts';

/** The payer's bank took the money back, or gave it again. */
export async function noteDispute(
  transaction: Transaction,
  tell: Tell,
  { standing, ...payment }: PaymentDisputed,
  now: Date,
): Promise<void> {
  const order = await lockOrderOf(transaction, payment);
  if (order) await withhold(transaction, tell, order, { disputed: standing === 'LOST' }, now);
}

/** The money stays. An event that was canceled while it was on its way asks for it now. */
export async function noteRefundFailed(
  transaction: Transaction,
  tell: Tell,
  payment: PaymentRefundFailed,
  now: Date,
): Promise<void> {
  const order = await lockOrderOf(transaction, payment);
  if (!order) return;
  await withhold(transaction, tell, order, { refunding: false }, now);
  await noteUnwound(transaction, order.eventId, null);
}

/** Undefined unless the payment paid it, and is not paid back. */
async function lockOrderOf(
  transaction: Transaction,
  { orderId, paymentId }: PaymentRefundFailed,
): Promise<OrderRecord | undefined> {
  const order = await lockOrder(transaction, orderId);
  return order?.paidById === paymentId && order.status !== 'REFUNDED' ? order : undefined;
}

/**
 * While the money of an order, which must be held, is disputed or on its way back, its tickets do not let in nor change
 * hands, and nobody is paid out for them.
 */
export async function withhold(
  transaction: Transaction,
  tell: Tell,
  order: OrderRecord,
  change: Partial<Pick<OrderRecord, 'disputed' | 'refunding'>>,
  now: Date,
): Promise<void> {
  const { disputed, refunding } = { ...order, ...change };
  const unpaid = disputed || refunding;
  const isMoved = unpaid !== order.unpaid;
  if (!isMoved && disputed === order.disputed && refunding === order.refunding) return;
  if (isMoved) await withholdTickets(transaction, tell, order, unpaid, now);
  const changed = await changeOrders(transaction, [order.id], { disputed, refunding, unpaid });
  if (isMoved) {
    const changes = new StockChanges();
    await withholdMoney(transaction, changes, order, unpaid);
    await moveStock(transaction, changes);
  }
  await tellOrders(transaction, tell, changed, now);
}

async function withholdTickets(
  transaction: Transaction,
  tell: Tell,
  order: OrderRecord,
  unpaid: boolean,
  now: Date,
): Promise<void> {
  const tickets = (await lockKeptTickets(transaction, [order])).filter(({ disputed }) => disputed !== unpaid);
  if (unpaid) await takeOffResale(transaction, tell, tickets, now);
  const ids = tickets.map(({ id }) => id);
  await tellTickets(transaction, tell, await changeTickets(transaction, ids, { disputed: unpaid }), now);
}

/** Holds the payouts behind an order, or lets go of those that nothing else holds; what it brought in counts or not. */
export async function withholdMoney(
  transaction: Transaction,
  changes: StockChanges,
  order: OrderRecord,
  unpaid: boolean,
): Promise<void> {
  const payouts = await lockPayoutsBehind(transaction, order);
  if (unpaid) await movePayouts(transaction, payouts, ['DUE'], 'HELD');
  else await releasePayouts(transaction, payouts);
  const bought = await findPurchases(transaction, [order.id]);
  await addPurchases(transaction, changes, bought, ({ price }) => (unpaid ? -price : price));
}
