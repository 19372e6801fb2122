import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const banUser: NonNullable<MutationResolvers['banUser']> = async (
  _parent,
  { userId, reason },
  { services },
) => await services.banUser(userId, reason);
