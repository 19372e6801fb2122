import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const register: NonNullable<MutationResolvers['register']> = async (
  _parent,
  { input },
  { services, address, userAgent, deadline },
) => await services.register(input, { address, userAgent, deadline });
