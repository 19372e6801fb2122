import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const withdrawProposal: NonNullable<MutationResolvers['withdrawProposal']> = async (
  _parent,
  { id },
  { services, viewer },
) => {
  await services.withdrawProposal(viewer, id);
  return true;
};
