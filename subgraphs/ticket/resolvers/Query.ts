import { signedIn } from '@tixgo/platform/signed-in.ts';
import type { QueryResolvers } from '../generated/resolver-types.ts';

export const Query: QueryResolvers = {
  order: async (_parent, { id }, { sales, viewer }) => await sales.getOrder(viewer, id),
  orders: async (_parent, args, { sales }) => await sales.orders(args),
  myOrders: async (_parent, args, { sales, viewer }) => await sales.myOrders(signedIn(viewer), args),
  myTickets: async (_parent, args, { sales, viewer }) => await sales.myTickets(signedIn(viewer), args),
  payouts: async (_parent, args, { sales }) => await sales.payouts(args),
  myPayouts: async (_parent, args, { sales, viewer }) => await sales.myPayouts(signedIn(viewer), args),
  ticketKeys: (_parent, _args, { services }) => services.codes.keys.map(({ jwk }) => JSON.stringify(jwk)),
};
