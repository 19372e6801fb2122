import type { Transaction } from '@tixgo/platform/database/database.ts';
import { newId } from '@tixgo/platform/ids.ts';
import type { PaymentRecord } from '../domain/payment.ts';
import type { RefundCause, RefundRecord } from '../domain/refund.ts';
import { insertRefund } from '../store/refund-store.ts';

export interface RefundRequest {
  readonly amount: number;
  readonly cause: RefundCause;
  readonly reason: string;
  readonly now: Date;
  /** When the reconciler may try; whoever asks may want to try first. */
  readonly lookAt?: Date;
}

/** Writes down that a payment is to go back, never more of it than was paid. Undefined when that is written already. */
export async function requestRefund(
  transaction: Transaction,
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
    attempts: 0,
    createdAt: now,
  };
  return await insertRefund(transaction, refund, lookAt);
}
