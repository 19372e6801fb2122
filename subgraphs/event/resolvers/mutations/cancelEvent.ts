import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const cancelEvent: NonNullable<MutationResolvers['cancelEvent']> = async (
  _parent,
  { id, reason },
  { services },
) => await services.cancelEvent(id, reason);
