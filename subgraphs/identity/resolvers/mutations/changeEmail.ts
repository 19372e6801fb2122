import { signedIn } from '@tixgo/platform/signed-in.ts';
import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const changeEmail: NonNullable<MutationResolvers['changeEmail']> = async (
  _parent,
  input,
  { services, viewer, address, deadline },
) => await services.changeEmail(signedIn(viewer), input, { address, deadline });
