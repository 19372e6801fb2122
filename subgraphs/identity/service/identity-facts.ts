import type { AccessChangeReason } from '@tixgo/schema/facts/identity.ts';
import { type CatalogueFact, newFact } from '@tixgo/schema/facts/new-fact.ts';

export interface AccessChange {
  readonly userId: string;
  readonly at: Date;
  readonly sessionId: string | null;
  readonly reason: AccessChangeReason;
}

export function userAccessChanged({ at, ...change }: AccessChange): CatalogueFact<'user.access-changed'> {
  return newFact('user.access-changed', change.userId, { ...change, at: at.toISOString() }, at);
}
