import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const publishEvent: NonNullable<MutationResolvers['publishEvent']> = async (
  _parent,
  { id },
  { services },
) => await services.publishEvent(id);
