import { setTimeout } from 'node:timers/promises';
import { conflict } from '@tixgo/platform/errors.ts';
import { newId } from '@tixgo/platform/ids.ts';
import { cleanText } from '@tixgo/platform/input-text.ts';
import type { PaymentRecord, PaymentStatus } from '../domain/payment.ts';
import type { RefundRecord } from '../domain/refund.ts';
import { claimRefundOf } from '../store/due-work.ts';
import { findOrder } from '../store/order-store.ts';
import { askAgain, findRefundsOf, insertRefund } from '../store/refund-store.ts';
import type { PaymentDependencies } from './dependencies.ts';
import { getPayment } from './get-payment.ts';
import { payBack } from './pay-back.ts';
import { paymentRefundRequested } from './payment-facts.ts';
import { answerPatience, pollInterval, within } from './payments-under-way.ts';

/**
 * Also once more, when it came to nothing. Waits a moment for the ticket service, which says how much goes back, and for
 * the provider; what they leave open the reconciler finishes.
 * @throws NOT_FOUND, BAD_USER_INPUT, and CONFLICT unless it SUCCEEDED and something of it can go back
 */
export const refundPayment =
  (dependencies: PaymentDependencies) =>
  async (id: string, reason: string): Promise<PaymentRecord> => {
    const { database, underWay } = dependencies;
    const cleaned = cleanText(reason, { field: 'reason', max: 500 });
    const payment = await getPayment(dependencies, id);
    assertRefundable(payment);
    const { id: refundId } = await request(dependencies, payment, cleaned);
    await within(
      answerPatience,
      underWay.begin(refundId, () => follow(dependencies, payment.id)),
    );
    const [refund] = await findRefundsOf(database, [payment.id]);
    if (refund?.status === 'DECLINED') throw nothingLeft();
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

const nothingLeft = () => conflict('Nothing of this payment is left to pay back: its tickets were sold on.');

async function request(
  { database, outbox, clock }: PaymentDependencies,
  payment: PaymentRecord,
  reason: string,
): Promise<RefundRecord> {
  const { id: paymentId, currency } = payment;
  const amount = (await findOrder(database, payment.orderId))?.refundable ?? 0;
  // As far as is known here, which may be behind: the ticket service decides.
  if (amount === 0) throw nothingLeft();
  const now = clock();
  const asked = { paymentId, amount, cause: 'ADMIN', reason, lookAt: now } as const;
  const refund = { ...asked, id: newId(now), currency, status: 'REQUESTED', createdAt: now } as const;
  const requested = await outbox.transaction(async (transaction, tell) => {
    const written = (await insertRefund(transaction, refund)) ?? (await askAgain(transaction, asked));
    if (written) tell(paymentRefundRequested(payment, now));
    return written;
  });
  if (!requested) throw conflict('A refund of this payment was asked for already.');
  return requested;
}

/** Asks the provider as soon as it may, while somebody waits. Never rejects: the reconciler tries again. */
async function follow(dependencies: PaymentDependencies, paymentId: string): Promise<void> {
  const { database, clock, log } = dependencies;
  const patience = AbortSignal.timeout(answerPatience);
  try {
    while (!patience.aborted) {
      const [refund] = await findRefundsOf(database, [paymentId]);
      if (refund?.status !== 'REQUESTED' && refund?.status !== 'PENDING') return;
      const isDue = refund.status === 'PENDING' && !patience.aborted;
      const due = isDue ? await claimRefundOf(database, paymentId, clock()) : undefined;
      if (due) return await payBack(dependencies, due);
      await setTimeout(pollInterval);
    }
  } catch (err) {
    log.warn({ err, paymentId }, 'a refund was not taken; it is tried again');
  }
}
