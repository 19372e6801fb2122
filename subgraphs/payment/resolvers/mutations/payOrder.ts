import { signedIn } from '@tixgo/platform/signed-in.ts';
import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const payOrder: NonNullable<MutationResolvers['payOrder']> = async (
  _parent,
  { input },
  { services, viewer },
) => await services.payOrder(signedIn(viewer), input);
