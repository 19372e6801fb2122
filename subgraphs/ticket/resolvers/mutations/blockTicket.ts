import { signedIn } from '@tixgo/platform/signed-in.ts';
import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const blockTicket: NonNullable<MutationResolvers['blockTicket']> = async (
  _parent,
  { id, reason },
  { services, viewer },
) => await services.blockTicket(signedIn(viewer), id, reason);
