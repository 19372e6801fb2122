import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const refundPayment: NonNullable<MutationResolvers['refundPayment']> = async (
  _parent,
  { id, reason },
  { services },
) => await services.refundPayment(id, reason);
