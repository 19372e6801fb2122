import { failureLimits, failureWindow, type LoginSubject, secondsLeft } from '../domain/login-throttle.ts';
import type { Account } from '../domain/user.ts';
import { countAttempt, forgetFailures, forgiveAttempt, sweepFailures } from '../store/login-failure-store.ts';
import type { Caller, IdentityDependencies } from './dependencies.ts';
import { invalidCredentials, rateLimited } from './refusals.ts';

export interface PasswordAttempt {
  readonly usernameKey: string;
  /** Undefined: nobody of this name, which must not show. */
  readonly account: Account | undefined;
  readonly password: string;
  readonly caller: Caller;
}

/**
 * The account, when the password is right. An attempt counts as failed until it has succeeded, in the database: neither
 * attempts at once nor a second process let more guesses through.
 * @throws INVALID_CREDENTIALS, and RATE_LIMITED after too many failures on this account or from this address
 */
export async function checkPassword(
  dependencies: IdentityDependencies,
  { usernameKey, account, password, caller }: PasswordAttempt,
): Promise<Account> {
  const { database, passwords, clock } = dependencies;
  const mayTry = async () => {
    // The address first: once it is refused, it cannot lock further accounts.
    if (caller.address !== undefined) await assertMayTry(dependencies, 'ADDRESS', caller.address);
    await assertMayTry(dependencies, 'ACCOUNT', usernameKey);
  };
  const isRight = await passwords.check(password, account?.passwordHash, mayTry);
  if (!isRight || account === undefined) {
    await sweepFailures(database, windowEndAt(clock()));
    throw invalidCredentials();
  }
  await forgetFailures(database, 'ACCOUNT', usernameKey);
  if (caller.address !== undefined) await forgiveAttempt(database, 'ADDRESS', caller.address);
  return account;
}

async function assertMayTry(
  { database, clock }: IdentityDependencies,
  kind: LoginSubject,
  subject: string,
): Promise<void> {
  const now = clock();
  const { failures, since } = await countAttempt(database, {
    kind,
    subject,
    now,
    windowEnd: windowEndAt(now),
  });
  if (failures > failureLimits[kind]) {
    throw rateLimited('Too many failed attempts; wait before the next one.', secondsLeft(since, now));
  }
}

function windowEndAt(now: Date): Date {
  return new Date(now.getTime() - failureWindow);
}
