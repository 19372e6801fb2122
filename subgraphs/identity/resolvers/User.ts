import { hasRole, isUser } from '@tixgo/platform/viewer.ts';
import type { UserResolvers } from '../generated/resolver-types.ts';
import type { Context } from './context.ts';
import type { UserParent } from './references.ts';

/** What is the user's own and the ADMINs' to see; null to others. */
function privately<T>(read: (user: UserParent) => T) {
  return (user: UserParent, _args: object, { viewer }: Context): T | null =>
    user.isReceiver || isUser(viewer, user.id) || hasRole(viewer, 'ADMIN') ? read(user) : null;
}

export const User: UserResolvers = {
  // By name for services that were told one, such as the receiver of a ticket.
  __resolveReference: async (key, { users }) =>
    ('id' in key ? await users.find(key.id) : await users.findByName(key.username)) ?? null,
  role: privately(({ role }) => role),
  email: privately(({ email }) => email),
  createdAt: privately(({ createdAt }) => createdAt),
  bannedAt: privately(({ bannedAt }) => bannedAt),
  isAccessEnded: async ({ id }, { sessionId, issuedAt }, { viewer, services }) =>
    viewer.kind === 'service' ? await services.isAccessEnded({ id, sessionId, issuedAt }) : null,
};
