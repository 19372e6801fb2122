import type { RefundRecord } from '../domain/refund.ts';
import { movePayment } from '../store/payment-store.ts';
import { closeRefund } from '../store/refund-store.ts';
import type { PaymentDependencies } from './dependencies.ts';
import { getPayment } from './get-payment.ts';
import { paymentRefunded } from './payment-facts.ts';
import type { RefundOutcome } from './provider/payment-provider.ts';

/**
 * Asks the provider once to pay back. Twice at once is harmless: the refund's id is the provider's idempotency key.
 * @throws what the provider throws; the refund stays PENDING then
 */
export async function payBack(dependencies: PaymentDependencies, refund: RefundRecord): Promise<void> {
  const { providerRef } = await getPayment(dependencies, refund.paymentId);
  if (providerRef === null) throw new Error(`Payment ${refund.paymentId} was never opened.`);
  const { amount, currency } = refund;
  const outcome = await dependencies.provider.refund({
    ref: providerRef,
    amount,
    currency,
    idempotencyKey: refund.id,
  });
  await settleRefund(dependencies, refund, outcome);
}

async function settleRefund(
  { outbox, clock, log }: PaymentDependencies,
  refund: RefundRecord,
  outcome: RefundOutcome,
): Promise<void> {
  const { id, paymentId } = refund;
  if (outcome.kind === 'refused') {
    log.error({ paymentId, refundId: id, reason: outcome.reason }, 'a refund was refused for good');
  }
  await outbox.transaction(async (transaction, tell) => {
    const taken = outcome.kind === 'taken';
    const result = taken
      ? { status: 'SUCCEEDED' as const, providerRef: outcome.ref }
      : { status: 'FAILED' as const, providerRef: null };
    if (!(await closeRefund(transaction, id, result)) || !taken) return;
    const moved = await movePayment(transaction, { id: paymentId, move: 'refund', now: clock() });
    if (moved) tell(paymentRefunded(moved, refund));
  });
}
