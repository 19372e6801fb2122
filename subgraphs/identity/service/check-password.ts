import type { Account } from '../domain/user.ts';
import { forgetFailures, forgiveAttempt } from '../store/login-failure-store.ts';
import type { Caller, IdentityDependencies } from './dependencies.ts';
import { invalidCredentials } from './refusals.ts';
import { assertMayTry, sweepAttempts } from './throttle.ts';

export interface PasswordAttempt {
  readonly usernameKey: string;
  /** Undefined: nobody of this name, which must not show. */
  readonly account: Account | undefined;
  readonly password: string;
  readonly caller: Caller;
}

/**
 * The account, when the password is right. An attempt counts as failed until it has succeeded.
 * @throws INVALID_CREDENTIALS, and RATE_LIMITED after too many failures on this account or from this address
 */
export async function checkPassword(
  dependencies: IdentityDependencies,
  { usernameKey, account, password, caller }: PasswordAttempt,
): Promise<Account> {
  const { database, passwords } = dependencies;
  const mayTry = async () => {
    // The address first: once it is refused, it cannot lock further accounts.
    if (caller.address !== undefined) await assertMayTry(dependencies, 'ADDRESS', caller.address);
    await assertMayTry(dependencies, 'ACCOUNT', usernameKey);
  };
  const isRight = await passwords.check(password, account?.passwordHash, mayTry);
  if (!isRight || account === undefined) {
    await sweepAttempts(dependencies);
    throw invalidCredentials();
  }
  await forgetFailures(database, 'ACCOUNT', usernameKey);
  if (caller.address !== undefined) await forgiveAttempt(database, 'ADDRESS', caller.address);
  return account;
}
