import { signedIn } from '@tixgo/platform/signed-in.ts';
import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const createEvent: NonNullable<MutationResolvers['createEvent']> = async (
  _parent,
  { input },
  { services, viewer },
) => await services.createEvent(signedIn(viewer), input);
