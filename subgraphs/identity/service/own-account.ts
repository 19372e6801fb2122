import type { Transaction } from '@tixgo/platform/database/database.ts';
import { forbidden, unauthenticated } from '@tixgo/platform/errors.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import type { Account } from '../domain/user.ts';
import { usernameKey } from '../domain/username.ts';
import { findAccount, lockAccount } from '../store/user-store.ts';
import { checkPassword } from './check-password.ts';
import type { Caller, IdentityDependencies } from './dependencies.ts';
import { invalidCredentials } from './refusals.ts';

/**
 * The viewer's account, once they have proved to be its owner: a token alone may be somebody else's by now.
 * @throws UNAUTHENTICATED, INVALID_CREDENTIALS and RATE_LIMITED
 */
export async function proveOwner(
  dependencies: IdentityDependencies,
  viewer: UserViewer,
  password: string,
  caller: Caller,
): Promise<Account> {
  const account = await findAccount(dependencies.database, viewer.id);
  if (!account) throw unauthenticated();
  return await checkPassword(dependencies, {
    usernameKey: usernameKey(account.username),
    account,
    password,
    caller,
  });
}

/**
 * Holds the account for a change by its owner, who has proved themselves before.
 * @throws INVALID_CREDENTIALS when the password has changed since, and FORBIDDEN for a banned user
 */
export async function lockProved(transaction: Transaction, proved: Account): Promise<Account> {
  const current = await lockAccount(transaction, proved.id, 'update');
  if (current?.passwordHash !== proved.passwordHash) throw invalidCredentials();
  if (current.bannedAt !== null) throw forbidden('This account is banned.');
  return current;
}
