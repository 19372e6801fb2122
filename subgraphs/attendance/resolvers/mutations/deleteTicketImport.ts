import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const deleteTicketImport: NonNullable<MutationResolvers['deleteTicketImport']> = async (
  _parent,
  { id },
  { services },
) => {
  await services.deleteImport(id);
  return true;
};
