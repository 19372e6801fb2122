import type { OrderLineResolvers, OrderResolvers } from '../generated/resolver-types.ts';
import { money } from './money.ts';

export const Order: OrderResolvers = {
  __resolveReference: async ({ id }, { sales, viewer }) => (await sales.visibleOrder(viewer, id)) ?? null,
  buyer: ({ buyerId }) => ({ id: buyerId }),
  event: ({ eventId }) => ({ id: eventId }),
  lines: async ({ id }, _args, { sales }) => await sales.linesOf(id),
  total: money(({ total }) => total),
  status: (order, _args, { services }) => services.visibleStatus(order),
  tickets: async ({ id }, _args, { sales, viewer }) => await sales.visibleTicketsOf(viewer, id),
};

export const OrderLine: OrderLineResolvers = {
  type: async ({ typeId }, _args, { sales }) => await sales.getType(typeId),
  price: money(({ price }) => price),
};
