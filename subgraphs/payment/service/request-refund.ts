import type { Transaction } from '@tixgo/platform/database/database.ts';
import type { NewFact } from '@tixgo/platform/facts/fact.ts';
import { newId } from '@tixgo/platform/ids.ts';
import type { PaymentRecord } from '../domain/payment.ts';
import { isOfPaidOrder, type RefundCause, type RefundRecord } from '../domain/refund.ts';
import { askAgain, insertRefund } from '../store/refund-store.ts';
import { paymentRefundStarted } from './payment-facts.ts';

export interface RefundRequest {
  readonly amount: number;
  readonly cause: RefundCause;
  readonly reason: string;
  readonly now: Date;
  /** When the reconciler may try; whoever asks may want to try first. */
  readonly lookAt?: Date;
}

/**
 * Writes down that a payment is to go back, never more of it than was paid, and tells so. Undefined when that is written
 * already, unless the provider has refused it.
 */
export async function requestRefund(
  transaction: Transaction,
  tell: (fact: NewFact) => void,
  payment: PaymentRecord,
  { amount, cause, reason, now, lookAt = now }: RefundRequest,
): Promise<RefundRecord | undefined> {
  const refund: RefundRecord = {
    id: newId(now),
    paymentId: payment.id,
    amount: Math.min(amount, payment.amount),
    currency: payment.currency,
    cause,
    reason,
    status: 'PENDING',
    providerRef: null,
    requests: 1,
    attempts: 0,
    createdAt: now,
  };
  const requested =
    (await insertRefund(transaction, refund, lookAt)) ?? (await askAgain(transaction, refund, lookAt));
  if (requested && isOfPaidOrder(requested)) tell(paymentRefundStarted(payment, requested, now));
  return requested;
}
