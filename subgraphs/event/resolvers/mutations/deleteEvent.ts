import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const deleteEvent: NonNullable<MutationResolvers['deleteEvent']> = async (
  _parent,
  { id },
  { services },
) => {
  await services.deleteEvent(id);
  return true;
};
