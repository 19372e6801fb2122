import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const cancelOrder: NonNullable<MutationResolvers['cancelOrder']> = async (
  _parent,
  { id },
  { services, viewer },
) => await services.cancelOrder(viewer, id);
