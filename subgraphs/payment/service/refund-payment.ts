import { conflict } from '@tixgo/platform/errors.ts';
import { cleanText } from '@tixgo/platform/input-text.ts';
import type { PaymentRecord, PaymentStatus } from '../domain/payment.ts';
import type { RefundRecord } from '../domain/refund.ts';
import { findOrder } from '../store/order-store.ts';
import type { PaymentDependencies } from './dependencies.ts';
import { getPayment } from './get-payment.ts';
import { payBack } from './pay-back.ts';
import { answerPatience, firstLook, within } from './payments-under-way.ts';
import { requestRefund } from './request-refund.ts';

/**
 * Also once more, after the provider has refused it.
 * @throws NOT_FOUND, BAD_USER_INPUT, and CONFLICT unless it SUCCEEDED and something of it can go back
 */
export const refundPayment =
  (dependencies: PaymentDependencies) =>
  async (id: string, reason: string): Promise<PaymentRecord> => {
    const cleaned = cleanText(reason, { field: 'reason', max: 500 });
    const payment = await getPayment(dependencies, id);
    assertRefundable(payment);
    const refund = await writeRefund(dependencies, payment, cleaned);
    await within(answerPatience, tryOnce(dependencies, refund));
    return await getPayment(dependencies, id);
  };

const refusals: Readonly<Record<Exclude<PaymentStatus, 'SUCCEEDED'>, string>> = {
  PROCESSING: 'The payment is not decided yet.',
  REQUIRES_ACTION: 'The payment waits for its payer.',
  FAILED: 'The payment failed; no money moved.',
  REFUNDED: 'The payment is refunded already.',
  DISPUTED: 'The payer’s bank has taken the money back.',
};

function assertRefundable({ status }: PaymentRecord): void {
  if (status !== 'SUCCEEDED') throw conflict(refusals[status]);
}

async function writeRefund(
  { database, outbox, clock }: PaymentDependencies,
  payment: PaymentRecord,
  reason: string,
): Promise<RefundRecord> {
  const amount = (await findOrder(database, payment.orderId))?.refundable ?? 0;
  if (amount === 0) throw conflict('Nothing of this payment is left to pay back: its tickets were sold on.');
  const now = clock();
  const lookAt = new Date(now.getTime() + firstLook);
  const refund = await outbox.transaction(
    async (transaction, tell) =>
      await requestRefund(transaction, tell, payment, { amount, cause: 'ADMIN', reason, now, lookAt }),
  );
  if (!refund) throw conflict('A refund of this payment was asked for already.');
  return refund;
}

/** Never rejects: the reconciler tries again. */
async function tryOnce(dependencies: PaymentDependencies, refund: RefundRecord): Promise<void> {
  try {
    await payBack(dependencies, refund);
  } catch (err) {
    dependencies.log.warn({ err, refundId: refund.id }, 'a refund was not taken; it is tried again');
  }
}
