/** All keyed by the order's id, so that an order hears of its payments in the order they happened. */
export const PAYMENT_STARTED = 'payment.started';
export const PAYMENT_FAILED = 'payment.failed';
export const PAYMENT_SUCCEEDED = 'payment.succeeded';
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
