export const paymentStatuses = [
  'PROCESSING',
  'REQUIRES_ACTION',
  'SUCCEEDED',
  'FAILED',
  'REFUNDED',
  'DISPUTED',
] as const;
export type PaymentStatus = (typeof paymentStatuses)[number];

/** One attempt to pay an order, as it is kept. */
export interface PaymentRecord {
  readonly id: string;
  readonly orderId: string;
  readonly payerId: string;
  /** In minor units of `currency`. */
  readonly amount: number;
  readonly currency: string;
  readonly status: PaymentStatus;
  readonly provider: string;
  /** The provider's intent; null until it is opened, before which nothing can have been charged. */
  readonly providerRef: string | null;
  readonly paymentMethod: string;
  readonly clientSecret: string | null;
  readonly failureReason: string | null;
  readonly idempotencyKey: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
