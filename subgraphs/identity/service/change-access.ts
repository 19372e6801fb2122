import type { Transaction } from '@tixgo/platform/database/database.ts';
import { notFound } from '@tixgo/platform/errors.ts';
import type { NewFact } from '@tixgo/platform/facts/fact.ts';
import { assertUuid } from '@tixgo/platform/ids.ts';
import type { AccessChangeReason } from '@tixgo/schema/facts/identity.ts';
import { changeMoment } from '../domain/access-moment.ts';
import type { Account } from '../domain/user.ts';
import { endSessionsOf, lastSessionUse } from '../store/session-store.ts';
import { lockAccount, type UserChange, updateUser } from '../store/user-store.ts';
import { userAccessChanged } from './identity-facts.ts';

export interface ChangeOfAccess {
  readonly reason: AccessChangeReason;
  /** Read once the row is held: see domain/access-moment.ts. */
  readonly now: Date;
  /** What changes of the user; `at` is when. */
  readonly change: (at: Date) => UserChange;
  /** Otherwise the sessions go on and their next tokens carry the change. */
  readonly endsSessions: boolean;
}

export interface ChangedAccess {
  readonly account: Account;
  readonly endedSessions: number;
}

/** Changes what a user may do, from one moment on that others are told of. The caller holds the user's row. */
export async function changeAccess(
  transaction: Transaction,
  tell: (fact: NewFact) => void,
  { id, accessChangedAt }: Account,
  { reason, now, change, endsSessions }: ChangeOfAccess,
): Promise<ChangedAccess> {
  const at = changeMoment(now, await lastSessionUse(transaction, id), accessChangedAt);
  const account = await updateUser(transaction, id, { ...change(at), accessChangedAt: at });
  const endedSessions = endsSessions ? await endSessionsOf(transaction, id, at) : 0;
  tell(userAccessChanged({ userId: id, at, sessionId: null, reason }));
  return { account, endedSessions };
}

/** @throws NOT_FOUND */
export async function getLockedAccount(transaction: Transaction, id: string): Promise<Account> {
  assertUuid(id, 'user');
  const account = await lockAccount(transaction, id, 'update');
  if (!account) throw notFound('user');
  return account;
}
