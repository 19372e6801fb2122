import { signedIn } from '@tixgo/platform/signed-in.ts';
import type { QueryResolvers } from '../generated/resolver-types.ts';

export const Query: QueryResolvers = {
  me: async (_parent, _args, { users, viewer }) =>
    viewer.kind === 'user' ? ((await users.find(viewer.id)) ?? null) : null,
  mySessions: async (_parent, _args, { services, viewer }) => await services.listSessions(signedIn(viewer)),
  user: async (_parent, { id }, { users }) => await users.get(id),
  users: async (_parent, args, { services }) => await services.listUsers(args),
};
