import { signedIn } from '@tixgo/platform/signed-in.ts';
import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const checkIn: NonNullable<MutationResolvers['checkIn']> = async (
  _parent,
  { input },
  { services, viewer },
) => {
  const outcome = await services.checkIn(signedIn(viewer), input);
  return outcome.kind === 'admitted' ? outcome.checkIn : outcome.refusal;
};
