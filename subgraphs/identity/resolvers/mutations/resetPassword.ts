import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const resetPassword: NonNullable<MutationResolvers['resetPassword']> = async (
  _parent,
  { token, newPassword },
  { services, address, userAgent, deadline },
) => await services.resetPassword(token, newPassword, { address, userAgent, deadline });
