import type { Transaction } from '@tixgo/platform/database/database.ts';
import { newId } from '@tixgo/platform/ids.ts';
import type { OrderRefundDeclined, OrderRefundDue } from '@tixgo/schema/facts/ticket.ts';
import { systemReason } from '../domain/refund.ts';
import { findPayments } from '../store/payment-store.ts';
import { declineRefund, insertRefund, letRefundFallDue } from '../store/refund-store.ts';

/**
 * Writes down what is to go back, never more than was paid, whether it was asked for or not; the reconciler asks the
 * provider.
 */
export async function noteRefundDue(
  transaction: Transaction,
  { orderId, paymentId, amount, cause }: OrderRefundDue,
  now: Date,
): Promise<void> {
  const [payment] = await findPayments(transaction, [paymentId]);
  if (payment?.orderId !== orderId) return;
  if (payment.status !== 'SUCCEEDED' && payment.status !== 'DISPUTED') return;
  const due = {
    paymentId,
    amount: Math.min(amount, payment.amount),
    cause,
    reason: systemReason(cause),
    lookAt: now,
  };
  const { currency } = payment;
  const refund = { ...due, id: newId(now), currency, status: 'PENDING', createdAt: now } as const;
  if (!(await insertRefund(transaction, refund))) await letRefundFallDue(transaction, due);
}

/** Nothing is left that could go back. */
export async function noteRefundDeclined(
  transaction: Transaction,
  { paymentId }: OrderRefundDeclined,
): Promise<void> {
  await declineRefund(transaction, paymentId);
}
