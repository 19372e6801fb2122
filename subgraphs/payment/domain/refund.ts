export const refundStatuses = ['PENDING', 'SUCCEEDED', 'FAILED'] as const;
export type RefundStatus = (typeof refundStatuses)[number];

/** `ADMIN`: asked for by a person; the others are the ticket service's. */
export const refundCauses = ['ADMIN', 'LATE_PAYMENT', 'EVENT_CANCELED'] as const;
export type RefundCause = (typeof refundCauses)[number];

/** Money on its way back; a payment has one at most. */
export interface RefundRecord {
  readonly id: string;
  readonly paymentId: string;
  /** In minor units of `currency`. */
  readonly amount: number;
  readonly currency: string;
  readonly reason: string;
  readonly cause: RefundCause;
  readonly status: RefundStatus;
  readonly providerRef: string | null;
  readonly attempts: number;
  readonly createdAt: Date;
}

const reasons: Readonly<Record<Exclude<RefundCause, 'ADMIN'>, string>> = {
  LATE_PAYMENT: 'The payment came when the order was over.',
  EVENT_CANCELED: 'The event was canceled.',
};

/** Why money goes back, in the words of the system. */
export function systemReason(cause: Exclude<RefundCause, 'ADMIN'>): string {
  return reasons[cause];
}
