import type { ActiveSessionResolvers } from '../generated/resolver-types.ts';

export const ActiveSession: ActiveSessionResolvers = {
  current: ({ id }, _args, { viewer }) => viewer.kind === 'user' && viewer.sessionId === id,
};
