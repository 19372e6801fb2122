import type { SessionResolvers } from '../generated/resolver-types.ts';

export const Session: SessionResolvers = {
  user: ({ user }) => ({ ...user, isReceiver: true }),
};
