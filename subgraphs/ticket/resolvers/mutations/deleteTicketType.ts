import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const deleteTicketType: NonNullable<MutationResolvers['deleteTicketType']> = async (
  _parent,
  { id },
  { services },
) => {
  await services.deleteTicketType(id);
  return true;
};
