import { signedIn } from '@tixgo/platform/signed-in.ts';
import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const unblockTicket: NonNullable<MutationResolvers['unblockTicket']> = async (
  _parent,
  { id },
  { services, viewer },
) => await services.unblockTicket(signedIn(viewer), id);
