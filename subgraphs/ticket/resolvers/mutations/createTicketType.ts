import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const createTicketType: NonNullable<MutationResolvers['createTicketType']> = async (
  _parent,
  { input },
  { services },
) => await services.createTicketType(input);
