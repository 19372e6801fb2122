import type { TicketTypeResolvers } from '../generated/resolver-types.ts';
import { money } from './money.ts';

export const TicketType: TicketTypeResolvers = {
  __resolveReference: async ({ id }, { sales }) => (await sales.findType(id)) ?? null,
  event: ({ eventId }) => ({ id: eventId }),
  price: money(({ price }) => price),
  available: async ({ id }, _args, { sales }) => await sales.availableOf(id),
};
