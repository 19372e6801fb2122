import type { RefundResolvers, RefundStatus } from '../generated/resolver-types.ts';

/** For those who wait for the money, one that the ticket service has not answered yet is under way like any other. */
const publicStatuses = {
  REQUESTED: 'PENDING',
  PENDING: 'PENDING',
  SUCCEEDED: 'SUCCEEDED',
  FAILED: 'FAILED',
  DECLINED: 'FAILED',
} as const satisfies Readonly<Record<string, RefundStatus>>;

export const Refund: RefundResolvers = {
  amount: ({ amount, currency }) => ({ amount, currency }),
  status: ({ status }) => publicStatuses[status],
};
