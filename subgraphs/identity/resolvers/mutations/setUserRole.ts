import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const setUserRole: NonNullable<MutationResolvers['setUserRole']> = async (
  _parent,
  { userId, role },
  { services },
) => await services.setUserRole(userId, role);
