import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const refreshSession: NonNullable<MutationResolvers['refreshSession']> = async (
  _parent,
  { refreshToken },
  { services },
) => await services.refreshSession(refreshToken);
