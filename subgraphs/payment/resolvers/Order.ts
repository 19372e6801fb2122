import type { OrderResolvers } from '../generated/resolver-types.ts';

export const Order: OrderResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  payments: async ({ id }, _args, { payments }) => (await payments.ofOrder(id)) ?? null,
};
