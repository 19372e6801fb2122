import { signedIn } from '@tixgo/platform/signed-in.ts';
import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const listTicket: NonNullable<MutationResolvers['listTicket']> = async (
  _parent,
  { ticketId, price },
  { services, viewer },
) => await services.listTicket(signedIn(viewer), ticketId, price);
