import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const cancelTicketImport: NonNullable<MutationResolvers['cancelTicketImport']> = async (
  _parent,
  { id },
  { services },
) => await services.cancelImport(id);
