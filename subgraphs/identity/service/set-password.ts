import type { Transaction } from '@tixgo/platform/database/database.ts';
import type { NewFact } from '@tixgo/platform/facts/fact.ts';
import type { Account } from '../domain/user.ts';
import { changeAccess } from './change-access.ts';
import type { Caller, IdentityDependencies } from './dependencies.ts';
import { openSession, type SignIn } from './open-session.ts';

export interface NewPassword {
  /** Locked. */
  readonly account: Account;
  readonly passwordHash: string;
  readonly caller: Caller;
}

/** Ends all sessions of the account and begins one, of whoever sets the password. */
export async function setPassword(
  dependencies: IdentityDependencies,
  transaction: Transaction,
  tell: (fact: NewFact) => void,
  { account, passwordHash, caller }: NewPassword,
): Promise<SignIn> {
  const now = dependencies.clock();
  const changed = await changeAccess(transaction, tell, account, {
    reason: 'PASSWORD_CHANGED',
    now,
    change: () => ({ passwordHash }),
    endsSessions: true,
  });
  return await openSession(dependencies, transaction, changed.account, now, caller);
}
