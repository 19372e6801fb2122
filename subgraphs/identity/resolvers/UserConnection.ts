import type { UserConnectionResolvers } from '../generated/resolver-types.ts';

export const UserConnection: UserConnectionResolvers = {
  totalCount: async ({ filter }, _args, { services }) => await services.countUsers(filter),
};
