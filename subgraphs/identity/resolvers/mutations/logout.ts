import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const logout: NonNullable<MutationResolvers['logout']> = async (
  _parent,
  { everywhere },
  { services, viewer },
) => await services.logout(viewer, everywhere ?? false);
