/** All keyed by the order's id, so that an order hears of its payments in the order they happened. */
export const PAYMENT_STARTED = 'payment.started';
export const PAYMENT_FAILED = 'payment.failed';
export const PAYMENT_SUCCEEDED = 'payment.succeeded';
export const PAYMENT_REFUND_STARTED = 'payment.refund-started';
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
 * The money for an order is asked back: its tickets stay where they are until `payment.refunded` or
 * `payment.refund-failed` says what came of it. Once more when a refund that failed is asked for again; never for a
 * payment that came too late to pay the order.
 */
export interface PaymentRefundStarted {
  readonly orderId: string;
  readonly paymentId: string;
  /** In minor units of the order's currency; what its buyer sold on is not in it. */
  readonly amount: number;
}

/** The provider has refused for good to pay back what was started; the money stays here until it is asked for again. */
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
