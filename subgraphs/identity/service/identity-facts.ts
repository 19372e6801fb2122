import type { NewFact } from '@tixgo/platform/facts/fact.ts';
import { factVersions } from '@tixgo/schema/facts/catalogue.ts';
import {
  type AccessChangeReason,
  USER_ACCESS_CHANGED,
  type UserAccessChanged,
} from '@tixgo/schema/facts/identity.ts';

export interface AccessChange {
  readonly userId: string;
  readonly at: Date;
  readonly sessionId: string | null;
  readonly reason: AccessChangeReason;
}

export function userAccessChanged({
  at,
  ...change
}: AccessChange): NewFact<'user.access-changed', UserAccessChanged> {
  return {
    type: USER_ACCESS_CHANGED,
    version: factVersions[USER_ACCESS_CHANGED],
    key: change.userId,
    occurredAt: at.toISOString(),
    payload: { ...change, at: at.toISOString() },
  };
}
