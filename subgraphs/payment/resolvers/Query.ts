import { signedIn } from '@tixgo/platform/signed-in.ts';
import type { QueryResolvers } from '../generated/resolver-types.ts';

export const Query: QueryResolvers = {
  payment: async (_parent, { id }, { payments }) => await payments.get(id),
  myPayments: async (_parent, args, { services, viewer }) =>
    await services.listMyPayments(signedIn(viewer), args),
  payments: async (_parent, args, { services }) => await services.listPayments(args),
};
