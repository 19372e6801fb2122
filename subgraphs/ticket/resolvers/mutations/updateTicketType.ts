import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const updateTicketType: NonNullable<MutationResolvers['updateTicketType']> = async (
  _parent,
  { id, input },
  { services },
) => await services.updateTicketType(id, input);
