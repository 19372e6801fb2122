import type { Transaction } from '@tixgo/platform/database/database.ts';
import type {
  PaymentDisputed,
  PaymentRefundFailed,
  PaymentRefundStarted,
} from '@tixgo/schema/facts/payment.ts';
import { changeOrders, lockOrder } from '../store/order-store.ts';
import { lockPayoutsBehind, movePayouts, releasePayouts } from '../store/payout-store.ts';
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
  await setUnpaid(transaction, tell, payment, standing === 'LOST', now);
}

/** The money is asked back: until it is there, or stays, nothing is done with the tickets. */
export async function noteRefundStarted(
  transaction: Transaction,
  tell: Tell,
  payment: PaymentRefundStarted,
  now: Date,
): Promise<void> {
  await setUnpaid(transaction, tell, payment, true, now);
}

export async function noteRefundFailed(
  transaction: Transaction,
  tell: Tell,
  payment: PaymentRefundFailed,
  now: Date,
): Promise<void> {
  await setUnpaid(transaction, tell, payment, false, now);
}

/**
 * While the money of an order is disputed, or on its way back, its tickets do not let in nor change hands, and nobody is
 * paid out for them.
 */
async function setUnpaid(
  transaction: Transaction,
  tell: Tell,
  { orderId, paymentId }: { readonly orderId: string; readonly paymentId: string },
  unpaid: boolean,
  now: Date,
): Promise<void> {
  const order = await lockOrder(transaction, orderId);
  if (order?.paidById !== paymentId || order.unpaid === unpaid || order.status === 'REFUNDED') return;
  const tickets = (await lockKeptTickets(transaction, [order])).filter(({ disputed }) => disputed !== unpaid);
  if (unpaid) await takeOffResale(transaction, tell, tickets, now);
  const ids = tickets.map(({ id }) => id);
  await tellTickets(transaction, tell, await changeTickets(transaction, ids, { disputed: unpaid }), now);
  const changed = await changeOrders(transaction, [orderId], { unpaid });
  const payouts = await lockPayoutsBehind(transaction, order);
  if (unpaid) await movePayouts(transaction, payouts, ['DUE'], 'HELD');
  else await releasePayouts(transaction, payouts);
  const changes = new StockChanges();
  const bought = await findPurchases(transaction, [orderId]);
  await addPurchases(transaction, changes, bought, ({ price }) => (unpaid ? -price : price));
  await moveStock(transaction, changes);
  await tellOrders(transaction, tell, changed, now);
}
