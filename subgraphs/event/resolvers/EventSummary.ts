import type { EventSummaryResolvers } from '../generated/resolver-types.ts';

export const EventSummary: EventSummaryResolvers = {
  __resolveReference: async ({ eventId }, { events }) => ((await events.find(eventId)) ? { eventId } : null),
  event: async ({ eventId, event }, _args, { events }) => event ?? (await events.get(eventId)),
  attendance: ({ eventId }) => ({ eventId }),
};
