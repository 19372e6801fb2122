import type { RefundResolvers } from '../generated/resolver-types.ts';

export const Refund: RefundResolvers = {
  amount: ({ amount, currency }) => ({ amount, currency }),
};
