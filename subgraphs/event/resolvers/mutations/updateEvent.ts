import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const updateEvent: NonNullable<MutationResolvers['updateEvent']> = async (
  _parent,
  { id, input },
  { services },
) => await services.updateEvent(id, input);
