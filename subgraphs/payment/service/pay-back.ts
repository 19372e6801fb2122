import type { Transaction } from '@tixgo/platform/database/database.ts';
import type { NewFact } from '@tixgo/platform/facts/fact.ts';
import { type RefundRecord, refundKey } from '../domain/refund.ts';
import { movePayment } from '../store/payment-store.ts';
import { closeRefusedRefund, closeTakenRefund } from '../store/refund-store.ts';
import type { PaymentDependencies } from './dependencies.ts';
import { getPayment } from './get-payment.ts';
import { paymentRefunded, paymentRefundFailed } from './payment-facts.ts';
import type { RefundOutcome } from './provider/payment-provider.ts';

type Tell = (fact: NewFact) => void;

/**
 * Asks the provider once to pay back. Twice at once is harmless: both ask under the same idempotency key.
 * @throws what the provider throws; the refund stays PENDING then
 */
export async function payBack(dependencies: PaymentDependencies, refund: RefundRecord): Promise<void> {
  const { orderId, providerRef } = await getPayment(dependencies, refund.paymentId);
  if (providerRef === null) throw new Error(`Payment ${refund.paymentId} was never opened.`);
  const { id, amount, currency } = refund;
  const outcome = await dependencies.provider.refund({
    ref: providerRef,
    refundId: id,
    amount,
    currency,
    idempotencyKey: refundKey(refund),
  });
  await settleRefund(dependencies, refund, orderId, outcome);
}

async function settleRefund(
  { outbox, clock, log }: PaymentDependencies,
  refund: RefundRecord,
  orderId: string,
  outcome: RefundOutcome,
): Promise<void> {
  if (outcome.kind === 'refused') {
    const { id, paymentId } = refund;
    log.error({ paymentId, refundId: id, reason: outcome.reason }, 'a refund was refused for good');
  }
  await outbox.transaction(async (transaction, tell) => {
    if (outcome.kind === 'taken') await settleTaken(transaction, tell, refund, outcome.ref, clock());
    else if (await closeRefusedRefund(transaction, refund))
      tell(paymentRefundFailed(orderId, refund, clock()));
  });
}

async function settleTaken(
  transaction: Transaction,
  tell: Tell,
  refund: RefundRecord,
  providerRef: string,
  now: Date,
): Promise<void> {
  if (!(await closeTakenRefund(transaction, refund, providerRef))) return;
  const moved = await movePayment(transaction, { id: refund.paymentId, move: 'refund', now });
  if (moved) tell(paymentRefunded(moved, refund));
}
