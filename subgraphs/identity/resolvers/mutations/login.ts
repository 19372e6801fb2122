import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const login: NonNullable<MutationResolvers['login']> = async (
  _parent,
  { input },
  { services, address, userAgent, deadline },
) => await services.login(input, { address, userAgent, deadline });
