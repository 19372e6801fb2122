import type Stripe from 'stripe';
import { type ChargeOutcome, type Dispute, type IntentState, ProviderFailure } from './payment-provider.ts';

/** An intent that was just confirmed. */
export function chargeOutcome(intent: Stripe.PaymentIntent): ChargeOutcome {
  const state = intentState(intent);
  if (state.kind === 'unconfirmed' || state.kind === 'canceled')
    throw new ProviderFailure(`Stripe: the intent is ${state.kind}.`);
  return state;
}

export function intentState({ status, last_payment_error: failure }: Stripe.PaymentIntent): IntentState {
  switch (status) {
    case 'succeeded':
      return { kind: 'succeeded' };
    case 'requires_action':
      return { kind: 'requires-action' };
    case 'canceled':
      return { kind: 'canceled' };
    case 'requires_confirmation':
      return { kind: 'unconfirmed' };
    case 'requires_payment_method':
      return failure
        ? { kind: 'declined', reason: failure.decline_code ?? failure.code ?? 'generic_decline' }
        : { kind: 'unconfirmed' };
    default:
      return { kind: 'processing' };
  }
}

/** Undefined for a bank's inquiry (`warning_*`) and what was prevented: no money has moved. */
export function disputeStanding(status: Stripe.Dispute.Status): Dispute['standing'] | undefined {
  if (status === 'won') return 'WON';
  return status === 'prevented' || status.startsWith('warning_') ? undefined : 'LOST';
}
