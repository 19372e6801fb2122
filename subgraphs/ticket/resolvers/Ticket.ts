import type { TicketResolvers } from '../generated/resolver-types.ts';

export const Ticket: TicketResolvers = {
  __resolveReference: async ({ id }, { sales, viewer }) => (await sales.visibleTicket(viewer, id)) ?? null,
  type: async ({ typeId }, _args, { sales }) => await sales.getType(typeId),
  event: ({ eventId }) => ({ id: eventId }),
  holder: ({ holderId }) => ({ id: holderId }),
  order: async ({ orderId }, _args, { sales, viewer }) => (await sales.visibleOrder(viewer, orderId)) ?? null,
  code: (ticket, _args, { services, viewer }) => services.codeFor(viewer, ticket),
  qrSvg: async (ticket, _args, { services, viewer }) => await services.qrFor(viewer, ticket),
  doorStanding: (ticket, _args, { services }) => services.doorStanding(ticket),
  blocked: ({ blockedReason }) => blockedReason !== null,
};
