import { signedIn } from '@tixgo/platform/signed-in.ts';
import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const undoCheckIn: NonNullable<MutationResolvers['undoCheckIn']> = async (
  _parent,
  { id, reason },
  { services, viewer },
) => await services.undoCheckIn(signedIn(viewer), id, reason);
