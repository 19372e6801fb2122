import type { NewFact } from '@tixgo/platform/facts/fact.ts';
import type { PaymentRecord } from '../domain/payment.ts';
import { movePayment, type StatusMove } from '../store/payment-store.ts';
import type { PaymentDependencies } from './dependencies.ts';
import { paymentDisputed, paymentFailed, paymentSucceeded } from './payment-facts.ts';
import type { Dispute, IntentState } from './provider/payment-provider.ts';

/** Payers take their time with their bank, and the provider tells by webhook; this is for one that got lost. */
const actionInterval = 30_000;

/** Keeps what the provider says of a payment. What it said before, or what comes too late, changes nothing. */
export async function settlePayment(
  dependencies: PaymentDependencies,
  id: string,
  outcome: IntentState,
): Promise<void> {
  switch (outcome.kind) {
    case 'succeeded':
      await moveAndTell(dependencies, { id, move: 'succeed' }, paymentSucceeded);
      return;
    case 'declined':
      await failPayment(dependencies, id, outcome.reason);
      return;
    case 'canceled':
      await failPayment(dependencies, id, 'abandoned');
      return;
    case 'requires-action': {
      const lookAt = new Date(dependencies.clock().getTime() + actionInterval);
      await moveAndTell(dependencies, { id, move: 'requireAction', lookAt });
      return;
    }
    case 'processing':
    case 'unconfirmed':
  }
}

/** @param unopened only if the provider has not heard of it: somebody may be opening it at this moment */
export async function failPayment(
  dependencies: PaymentDependencies,
  id: string,
  failureReason: string,
  { unopened = false } = {},
): Promise<void> {
  await moveAndTell(dependencies, { id, move: 'fail', failureReason, unopened }, paymentFailed);
}

export async function settleDispute(
  dependencies: PaymentDependencies,
  { id }: PaymentRecord,
  { standing }: Dispute,
): Promise<void> {
  const move = standing === 'LOST' ? 'loseDispute' : 'winDispute';
  await moveAndTell(dependencies, { id, move }, (payment) => paymentDisputed(payment, standing));
}

async function moveAndTell(
  { outbox, clock }: PaymentDependencies,
  change: Omit<StatusMove, 'now'>,
  factOf?: (payment: PaymentRecord) => NewFact,
): Promise<void> {
  await outbox.transaction(async (transaction, tell) => {
    const moved = await movePayment(transaction, { ...change, now: clock() });
    if (moved && factOf) tell(factOf(moved));
  });
}
