import type { Transaction } from '@tixgo/platform/database/database.ts';
import type { PaymentRefundRequested } from '@tixgo/schema/facts/payment.ts';
import { lockOrder } from '../store/order-store.ts';
import { findRefundable } from '../store/ticket-store.ts';
import type { Tell } from './tell-changes.ts';
import { orderRefundDeclined, orderRefundDue } from './ticket-facts.ts';
import { withhold } from './withhold-order.ts';

/**
 * An admin wants an order paid back: says how much of it goes, which is what no payout stands for, and holds the payouts
 * behind it in the same transaction, so that none is made that the amount does not know of. What came too late to pay
 * the order goes back whole.
 */
export async function answerRefundRequest(
  transaction: Transaction,
  tell: Tell,
  { orderId, paymentId, amount: paid }: PaymentRefundRequested,
  now: Date,
): Promise<void> {
  const order = await lockOrder(transaction, orderId);
  if (order?.paidById !== paymentId) {
    tell(orderRefundDue({ orderId, paymentId, amount: paid, cause: 'LATE_PAYMENT' }, now));
    return;
  }
  // What was told before the request came answers it too.
  if (order.refunding) return;
  if (order.status !== 'PAID' || (await refundableOf(transaction, orderId)) === 0) {
    tell(orderRefundDeclined({ orderId, paymentId }, now));
    return;
  }
  await withhold(transaction, tell, order, { refunding: true }, now);
  // While the payouts were waited for, a canceled event may have called them off.
  const amount = await refundableOf(transaction, orderId);
  tell(orderRefundDue({ orderId, paymentId, amount, cause: 'ADMIN' }, now));
}

/** In minor units. */
export async function refundableOf(transaction: Transaction, orderId: string): Promise<number> {
  return (await findRefundable(transaction, [orderId])).get(orderId) ?? 0;
}
