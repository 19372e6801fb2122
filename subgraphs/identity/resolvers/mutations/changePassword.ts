import { signedIn } from '@tixgo/platform/signed-in.ts';
import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const changePassword: NonNullable<MutationResolvers['changePassword']> = async (
  _parent,
  { input },
  { services, viewer, address, userAgent, deadline },
) => await services.changePassword(signedIn(viewer), input, { address, userAgent, deadline });
