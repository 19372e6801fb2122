/** All keyed by the order's id, so that an order hears of its payments in the order they happened. */
export const PAYMENT_STARTED = 'payment.started';
export const PAYMENT_FAILED = 'payment.failed';
export const PAYMENT_SUCCEEDED = 'payment.succeeded';
export const PAYMENT_REFUND_REQUESTED = 'payment.refund-requested';
export const PAYMENT_REFUND_FAILED = 'payment.refund-failed';
export const PAYMENT_REFUNDED = 'payment.refunded';
export const PAYMENT_DISPUTED = 'payment.disputed';

/** Somebody began to pay an order; it holds its tickets until the payment is decided. */
export interface PaymentStarted {
  readonly orderId: string;
  readonly paymentId: string;
  /** ISO 8601 in UTC, to the millisecond. Before the order's `expiresAt`. */
  readonly at: string;
}

/** An attempt came to nothing; no money moved. */
export interface PaymentFailed {
  readonly orderId: string;
  readonly paymentId: string;
}

/** The money for an order is here. */
export interface PaymentSucceeded {
  readonly orderId: string;
  readonly paymentId: string;
  /** In minor units of the order's currency. */
  readonly amount: number;
}

/**
 * An admin wants a payment to go back. How much of it may, the ticket service answers, by
 * `order.refund-due` or `order.refund-declined`; nothing is paid back before. Once more when a refund that came to nothing
 * is asked for again.
 */
export interface PaymentRefundRequested {
  readonly orderId: string;
  readonly paymentId: string;
  /** All that was paid, in minor units of the order's currency. */
  readonly amount: number;
}

/** The provider has refused for good to pay back what was due; the money stays here until it is asked for again. */
export interface PaymentRefundFailed {
  readonly orderId: string;
  readonly paymentId: string;
}

/** The provider has taken the order to pay back. */
export interface PaymentRefunded {
  readonly orderId: string;
  readonly paymentId: string;
  /** In minor units of the order's currency; what its buyer sold on is not in it. */
  readonly amount: number;
}

/** The payer's bank took the money back, or gave it again. */
export interface PaymentDisputed {
  readonly orderId: string;
  readonly paymentId: string;
  /** `LOST` while it is open as well: the money is gone until it is won. */
  readonly standing: 'LOST' | 'WON';
}
