import type { EventResolvers } from '../generated/resolver-types.ts';

export const Event: EventResolvers = {
  __resolveReference: async ({ id }, { events }) => (await events.find(id)) ?? null,
  organizer: ({ organizerId }) => (organizerId === null ? null : { id: organizerId }),
  summary: (event) => ({ eventId: event.id, event }),
};
