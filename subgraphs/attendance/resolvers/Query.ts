import type { QueryResolvers } from '../generated/resolver-types.ts';

export const Query: QueryResolvers = {
  attendance: async (_parent, { eventId }, { services }) => {
    await services.assertEventExists(eventId);
    return { eventId };
  },
  checkIn: async (_parent, { id }, { attendance }) => await attendance.getCheckIn(id),
  verifyTicket: async (_parent, input, { services, viewer }) => await services.verifyTicket(viewer, input),
};
