import type { RefundStatus } from './refund.ts';

interface Move {
  readonly from: readonly RefundStatus[];
  readonly to: RefundStatus;
}

/**
 * The one table of how a refund's status moves. What the provider took stays taken. The ticket service says that one is
 * due whether an admin asked or not; what it says while one is PENDING it has said before.
 */
export const refundMoves = {
  askAgain: { from: ['FAILED', 'DECLINED'], to: 'REQUESTED' },
  decline: { from: ['REQUESTED'], to: 'DECLINED' },
  fallDue: { from: ['REQUESTED', 'FAILED', 'DECLINED'], to: 'PENDING' },
  take: { from: ['PENDING'], to: 'SUCCEEDED' },
  refuse: { from: ['PENDING'], to: 'FAILED' },
} as const satisfies Record<string, Move>;
