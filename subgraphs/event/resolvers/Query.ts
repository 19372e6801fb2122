import { signedIn } from '@tixgo/platform/signed-in.ts';
import type { QueryResolvers } from '../generated/resolver-types.ts';

export const Query: QueryResolvers = {
  event: async (_parent, { id }, { events }) => await events.get(id),
  events: async (_parent, args, { services, viewer }) => await services.listEvents(viewer, args),
  myEvents: async (_parent, args, { services, viewer }) =>
    await services.listMyEvents(signedIn(viewer), args),
};
