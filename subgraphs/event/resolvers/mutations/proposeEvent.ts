import { signedIn } from '@tixgo/platform/signed-in.ts';
import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const proposeEvent: NonNullable<MutationResolvers['proposeEvent']> = async (
  _parent,
  { input },
  { services, viewer },
) => await services.proposeEvent(signedIn(viewer), input);
