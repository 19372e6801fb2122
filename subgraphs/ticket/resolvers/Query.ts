import { signedIn } from '@tixgo/platform/signed-in.ts';
import type { QueryResolvers } from '../generated/resolver-types.ts';

export const Query: QueryResolvers = {
  order: async (_parent, { id }, { sales, viewer }) => await sales.getOrder(viewer, id),
  orders: async (_parent, args, { services }) => await services.listOrders(args),
  myOrders: async (_parent, args, { services, viewer }) =>
    await services.listMyOrders(signedIn(viewer), args),
  myTickets: async (_parent, args, { services, viewer }) =>
    await services.listMyTickets(signedIn(viewer), args),
  payouts: async (_parent, args, { services }) => await services.listPayouts(args),
  myPayouts: async (_parent, args, { services, viewer }) =>
    await services.listMyPayouts(signedIn(viewer), args),
  ticketKeys: async (_parent, _args, { services }) =>
    (await services.listKeys()).map((jwk) => JSON.stringify(jwk)),
};
