import type { PaymentDeclinedResolvers } from '../generated/resolver-types.ts';

export const PaymentDeclined: PaymentDeclinedResolvers = {
  reason: ({ payment }, _args, { payments }) => payments.failureReasonOf(payment) ?? 'generic_decline',
};
