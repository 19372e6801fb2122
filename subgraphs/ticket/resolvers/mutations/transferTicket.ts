import { signedIn } from '@tixgo/platform/signed-in.ts';
import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const transferTicket: NonNullable<MutationResolvers['transferTicket']> = async (
  _parent,
  { id, toUsername },
  { services, viewer },
) => await services.transferTicket(signedIn(viewer), id, toUsername);
