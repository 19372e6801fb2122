import { signedIn } from '@tixgo/platform/signed-in.ts';
import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const endSession: NonNullable<MutationResolvers['endSession']> = async (
  _parent,
  { id },
  { services, viewer },
) => {
  await services.endSession(signedIn(viewer), id);
  return true;
};
