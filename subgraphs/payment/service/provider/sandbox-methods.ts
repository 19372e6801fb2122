/** What the sandbox does with a payment method. */
export interface SandboxMethod {
  readonly outcome: 'charge' | 'decline' | 'authenticate';
  /** Of a decline. */
  readonly reason?: string;
  /** The payer's bank takes the money back once it is charged. */
  readonly disputed?: boolean;
  /** Refunds are refused for good. */
  readonly refusesRefunds?: boolean;
  /** How long the charge takes, in milliseconds. */
  readonly delay?: number;
  /** When the provider stops to answer: before anything is charged, or after. */
  readonly fault?: 'before' | 'after';
}

/** Of each outcome one, for whoever does not know them yet. */
export const sandboxMethodHint =
  'pm_card_visa is charged, pm_card_visa_chargeDeclined and pm_card_visa_chargeDeclinedInsufficientFunds are declined, pm_card_threeDSecure2Required asks to authenticate; docs/sandbox.md of the project lists them all';

const charge: SandboxMethod = { outcome: 'charge' };
const decline = (reason: string): SandboxMethod => ({ outcome: 'decline', reason });

/** Stripe's test payment methods with their outcomes (docs.stripe.com/testing), older names too, and faults of our own. */
export const sandboxMethods: Readonly<Record<string, SandboxMethod>> = {
  pm_card_visa: charge,
  pm_card_visa_debit: charge,
  pm_card_mastercard: charge,
  pm_card_mastercard_debit: charge,
  pm_card_mastercard_prepaid: charge,
  pm_card_amex: charge,
  pm_card_discover: charge,
  pm_card_diners: charge,
  pm_card_jcb: charge,
  pm_card_unionpay: charge,
  pm_card_pendingRefund: charge,
  pm_card_visa_chargeDeclined: decline('generic_decline'),
  pm_card_chargeDeclined: decline('generic_decline'),
  pm_card_chargeCustomerFail: decline('generic_decline'),
  pm_card_visa_chargeDeclinedInsufficientFunds: decline('insufficient_funds'),
  pm_card_chargeDeclinedInsufficientFunds: decline('insufficient_funds'),
  pm_card_visa_chargeDeclinedLostCard: decline('lost_card'),
  pm_card_chargeDeclinedLostCard: decline('lost_card'),
  pm_card_visa_chargeDeclinedStolenCard: decline('stolen_card'),
  pm_card_chargeDeclinedStolenCard: decline('stolen_card'),
  pm_card_visa_chargeDeclinedVelocityLimitExceeded: decline('card_velocity_exceeded'),
  pm_card_chargeDeclinedVelocityLimitExceeded: decline('card_velocity_exceeded'),
  pm_card_chargeDeclinedFraudulent: decline('fraudulent'),
  pm_card_chargeDeclinedExpiredCard: decline('expired_card'),
  pm_card_chargeDeclinedIncorrectCvc: decline('incorrect_cvc'),
  pm_card_chargeDeclinedProcessingError: decline('processing_error'),
  pm_card_threeDSecure2Required: { outcome: 'authenticate' },
  pm_card_authenticationRequired: { outcome: 'authenticate' },
  pm_card_createDispute: { outcome: 'charge', disputed: true },
  pm_card_refundFail: { outcome: 'charge', refusesRefunds: true },
  sandbox_unavailable: { outcome: 'charge', fault: 'before' },
  sandbox_timeout_after_charge: { outcome: 'charge', fault: 'after' },
};

const slow = /^sandbox_slow_(\d{1,5})$/;

/** Undefined for a payment method that the sandbox does not know. */
export function findSandboxMethod(id: string): SandboxMethod | undefined {
  const delay = slow.exec(id)?.[1];
  if (delay !== undefined) return { outcome: 'charge', delay: Number(delay) };
  return Object.hasOwn(sandboxMethods, id) ? sandboxMethods[id] : undefined;
}
