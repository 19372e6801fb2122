/**
 * `REQUESTED`: the ticket service has not answered yet how much goes back; `DECLINED`: it said that nothing does.
 */
export const refundStatuses = ['REQUESTED', 'PENDING', 'SUCCEEDED', 'FAILED', 'DECLINED'] as const;
export type RefundStatus = (typeof refundStatuses)[number];

/** `ADMIN`: asked for by a person; the others are the ticket service's. */
export const refundCauses = ['ADMIN', 'LATE_PAYMENT', 'EVENT_CANCELED'] as const;
export type RefundCause = (typeof refundCauses)[number];

/** Money on its way back; a payment has one at most. */
export interface RefundRecord {
  readonly id: string;
  readonly paymentId: string;
  /** In minor units of `currency`. What is expected, until the ticket service has said what it is. */
  readonly amount: number;
  readonly currency: string;
  readonly reason: string;
  /** Why it is due, as the ticket service said last; `ADMIN` until it has. */
  readonly cause: RefundCause;
  readonly status: RefundStatus;
  readonly providerRef: string | null;
  /** How often it was asked for: again each time after it had come to nothing. */
  readonly requests: number;
  /** How often the provider was asked since. */
  readonly attempts: number;
  readonly createdAt: Date;
}

const reasons: Readonly<Record<RefundCause, string>> = {
  ADMIN: 'An admin asked for it.',
  LATE_PAYMENT: 'The payment came when the order was over.',
  EVENT_CANCELED: 'The event was canceled.',
};

/** Why money goes back, in the words of the system, where no admin gave theirs. */
export function systemReason(cause: RefundCause): string {
  return reasons[cause];
}

/** The provider's idempotency key: under the same one it would repeat that it refuses. */
export function refundKey({ id, requests }: RefundRecord): string {
  return requests === 1 ? id : `${id}-${requests}`;
}
