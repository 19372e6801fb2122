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
  /** What it was first asked for. */
  readonly cause: RefundCause;
  readonly status: RefundStatus;
  readonly providerRef: string | null;
  /** How often it was asked for: again each time after the provider had refused it for good. */
  readonly requests: number;
  /** How often the provider was asked since. */
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

/** The provider's idempotency key: under the same one it would repeat that it refuses. */
export function refundKey({ id, requests }: RefundRecord): string {
  return requests === 1 ? id : `${id}-${requests}`;
}

/** False for a payment that came too late to pay its order. */
export function isOfPaidOrder({ cause }: RefundRecord): boolean {
  return cause !== 'LATE_PAYMENT';
}
