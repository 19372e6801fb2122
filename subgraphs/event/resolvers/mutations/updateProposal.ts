import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const updateProposal: NonNullable<MutationResolvers['updateProposal']> = async (
  _parent,
  { id, input },
  { services, viewer },
) => await services.updateProposal(viewer, id, input);
