import type { EventResolvers, EventSummaryResolvers } from '../generated/resolver-types.ts';

export const Event: EventResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  ticketTypes: async ({ id }, _args, { sales }) => await sales.typesOf(id),
  resaleListings: async ({ id }, args, { sales }) => await sales.listingsOf(id, args),
};

export const EventSummary: EventSummaryResolvers = {
  __resolveReference: ({ eventId }) => ({ eventId }),
  sales: async ({ eventId }, _args, { sales }) => ({ types: await sales.typesOf(eventId) }),
};
