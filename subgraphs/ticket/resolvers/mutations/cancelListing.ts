import { signedIn } from '@tixgo/platform/signed-in.ts';
import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const cancelListing: NonNullable<MutationResolvers['cancelListing']> = async (
  _parent,
  { id },
  { services, viewer },
) => await services.cancelListing(signedIn(viewer), id);
