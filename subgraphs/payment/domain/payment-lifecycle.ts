import type { PaymentRecord, PaymentStatus } from './payment.ts';

interface Move {
  readonly from: readonly PaymentStatus[];
  readonly to: PaymentStatus;
}

/**
 * The one table of how a payment's status moves. Moves have names, because a status does not say which way led to it:
 * the provider goes on calling a disputed payment succeeded, which must not end the dispute.
 */
const moves = {
  requireAction: { from: ['PROCESSING'], to: 'REQUIRES_ACTION' },
  succeed: { from: ['PROCESSING', 'REQUIRES_ACTION'], to: 'SUCCEEDED' },
  fail: { from: ['PROCESSING', 'REQUIRES_ACTION'], to: 'FAILED' },
  refund: { from: ['SUCCEEDED', 'DISPUTED'], to: 'REFUNDED' },
  loseDispute: { from: ['SUCCEEDED'], to: 'DISPUTED' },
  winDispute: { from: ['DISPUTED'], to: 'SUCCEEDED' },
} as const satisfies Record<string, Move>;

export type PaymentMove = keyof typeof moves;

export function targetOf(move: PaymentMove): PaymentStatus {
  return moves[move].to;
}

/** From which statuses the move leads: what a conditional update asks for. */
export function sourcesOf(move: PaymentMove): PaymentStatus[] {
  return [...moves[move].from];
}

/** Not decided yet: the reconciler goes on looking. */
export const undecidedStatuses = ['PROCESSING', 'REQUIRES_ACTION'] as const satisfies PaymentStatus[];

export function isUndecided({ status }: PaymentRecord): boolean {
  return undecidedStatuses.some((undecided) => undecided === status);
}

/** The money came, even where the order has not heard of it yet. */
export function hasPaid({ status }: PaymentRecord): boolean {
  return status === 'SUCCEEDED' || status === 'DISPUTED';
}

/** An order has one payment in one of these at most; the partial unique index says the same. */
export const claimingStatuses = [
  'PROCESSING',
  'REQUIRES_ACTION',
  'SUCCEEDED',
  'DISPUTED',
] as const satisfies PaymentStatus[];
