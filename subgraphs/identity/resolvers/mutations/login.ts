import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const login: NonNullable<MutationResolvers['login']> = async (
  _parent,
  { input },
  { services, address, userAgent },
) => await services.login(input, { address, userAgent });
