import type { RefundStatus } from './refund.ts';

interface Move {
  readonly from: RefundStatus;
  readonly to: RefundStatus;
}

/** The one table of how a refund's status moves. What the provider took stays taken. */
export const refundMoves = {
  take: { from: 'PENDING', to: 'SUCCEEDED' },
  refuse: { from: 'PENDING', to: 'FAILED' },
  askAgain: { from: 'FAILED', to: 'PENDING' },
} as const satisfies Record<string, Move>;
