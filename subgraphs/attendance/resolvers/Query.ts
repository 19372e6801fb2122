import type { QueryResolvers } from '../generated/resolver-types.ts';

export const Query: QueryResolvers = {
  attendance: async (_parent, { eventId }, { services }) => {
    await services.assertEventExists(eventId);
    return { eventId };
  },
  checkIn: async (_parent, { id }, { attendance }) => await attendance.getCheckIn(id),
  ticketImports: async (_parent, { eventId, ...args }, { services, imports }) => {
    await services.assertEventExists(eventId);
    return await imports.imports(eventId, args);
  },
  ticketImport: async (_parent, { id }, { imports }) => await imports.getImport(id),
  verifyTicket: async (_parent, input, { services, viewer }) => await services.verifyTicket(viewer, input),
};
