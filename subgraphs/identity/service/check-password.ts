import { accountFromAddress } from '../domain/login-throttle.ts';
import type { Account } from '../domain/user.ts';
import { forgetFailures, forgiveAttempt } from '../store/login-failure-store.ts';
import type { Caller, IdentityDependencies } from './dependencies.ts';
import { invalidCredentials } from './refusals.ts';
import { askerOf, assertMayTry, sweepAttempts } from './throttle.ts';

export interface PasswordAttempt {
  readonly usernameKey: string;
  /** Undefined: nobody of this name, which must not show. */
  readonly account: Account | undefined;
  readonly password: string;
  readonly caller: Caller;
}

/**
 * The account, when the password is right. An attempt counts as failed until it has succeeded.
 * @throws INVALID_CREDENTIALS, and RATE_LIMITED after too many failures on this account or from this address, or when too
 * many sign in
 */
export async function checkPassword(
  dependencies: IdentityDependencies,
  { usernameKey, account, password, caller }: PasswordAttempt,
): Promise<Account> {
  const { database, passwords } = dependencies;
  const asker = askerOf(caller);
  const { network } = asker;
  const fromHere = accountFromAddress(usernameKey, network);
  const begin = async () => {
    // The address first, and the account in all last: an address that is refused locks nothing any more.
    if (network !== undefined) await assertMayTry(dependencies, 'ADDRESS', network);
    await assertMayTry(dependencies, 'ACCOUNT_FROM_ADDRESS', fromHere);
    await assertMayTry(dependencies, 'ACCOUNT', usernameKey);
  };
  const succeed = async () => {
    await forgetFailures(database, 'ACCOUNT_FROM_ADDRESS', fromHere);
    // Others' guesses stay counted: the owner's coming and going must not give them more.
    await forgiveAttempt(database, 'ACCOUNT', usernameKey);
    if (network !== undefined) await forgiveAttempt(database, 'ADDRESS', network);
  };
  const isRight = await passwords.check(password, account?.passwordHash, { begin, succeed }, asker);
  if (isRight && account !== undefined) return account;
  await sweepAttempts(dependencies);
  throw invalidCredentials();
}
