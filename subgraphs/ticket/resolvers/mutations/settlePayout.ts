import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const settlePayout: NonNullable<MutationResolvers['settlePayout']> = async (
  _parent,
  { id },
  { services },
) => await services.settlePayout(id);
