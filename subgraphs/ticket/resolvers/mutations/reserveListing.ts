import { signedIn } from '@tixgo/platform/signed-in.ts';
import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const reserveListing: NonNullable<MutationResolvers['reserveListing']> = async (
  _parent,
  { id, idempotencyKey },
  { services, sales, viewer },
) => {
  const outcome = await services.reserveListing(signedIn(viewer), id, idempotencyKey);
  return outcome.kind === 'Order' ? await sales.getOrder(viewer, outcome.orderId) : outcome;
};
