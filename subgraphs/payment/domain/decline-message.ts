/** Stripe's decline codes that say something a payer can act on; the others must not be told apart to them. */
const messages: Readonly<Record<string, string>> = {
  insufficient_funds: 'The card does not have enough funds.',
  expired_card: 'The card has expired.',
  incorrect_cvc: 'The security code of the card is wrong.',
  processing_error: 'The card could not be processed; try again.',
  card_velocity_exceeded: 'The card is over its limit.',
  payment_intent_authentication_failure: 'The payer was not authenticated by their bank.',
  invalid_payment_method: 'This payment method does not exist.',
  order_expired: 'The order was over before the payment was finished.',
  abandoned: 'The payment was not finished; nothing was charged.',
};

/**
 * Stripe: the payer is to see them as a generic decline (docs.stripe.com/declines/codes). Whoever tries cards that are not
 * theirs would learn which of them are reported.
 */
const concealed = new Set(['fraudulent', 'lost_card', 'merchant_blacklist', 'pickup_card', 'stolen_card']);

/** A decline code as the payer may see it. */
export function reasonForPayer(reason: string): string {
  return concealed.has(reason) ? 'generic_decline' : reason;
}

/** What a decline code tells people. */
export function declineMessage(reason: string): string {
  return messages[reason] ?? 'The card was declined; try another one.';
}
