import { signedIn } from '@tixgo/platform/signed-in.ts';
import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const reserveTickets: NonNullable<MutationResolvers['reserveTickets']> = async (
  _parent,
  { input },
  { services, sales, viewer },
) => {
  const outcome = await services.reserveTickets(signedIn(viewer), input);
  return outcome.kind === 'Order' ? await sales.getOrder(viewer, outcome.orderId) : outcome;
};
