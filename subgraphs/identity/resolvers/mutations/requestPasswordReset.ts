import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const requestPasswordReset: NonNullable<MutationResolvers['requestPasswordReset']> = async (
  _parent,
  { username },
  { services, address },
) => {
  await services.requestPasswordReset(username, { address });
  return true;
};
