import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const unbanUser: NonNullable<MutationResolvers['unbanUser']> = async (
  _parent,
  { userId },
  { services },
) => await services.unbanUser(userId);
