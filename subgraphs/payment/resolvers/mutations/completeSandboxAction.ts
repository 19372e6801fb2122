import { signedIn } from '@tixgo/platform/signed-in.ts';
import type { MutationResolvers } from '../../generated/resolver-types.ts';

export const completeSandboxAction: NonNullable<MutationResolvers['completeSandboxAction']> = async (
  _parent,
  { clientSecret, authenticate },
  { services, viewer },
) => await services.completeSandboxAction(signedIn(viewer), clientSecret, authenticate);
