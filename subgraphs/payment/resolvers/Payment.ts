import type { PaymentResolvers } from '../generated/resolver-types.ts';

export const Payment: PaymentResolvers = {
  __resolveReference: async ({ id }, { payments }) => (await payments.find(id)) ?? null,
  order: ({ orderId }) => ({ id: orderId }),
  amount: ({ amount, currency }) => ({ amount, currency }),
  failureReason: (payment, _args, { payments }) => payments.failureReasonOf(payment) ?? null,
  clientSecret: (payment, _args, { payments }) => payments.clientSecretOf(payment) ?? null,
  refund: async ({ id }, _args, { payments }) => (await payments.refundOf(id)) ?? null,
};
