import { badUserInput, forbidden } from '@tixgo/platform/errors.ts';
import { usernameKey } from '../domain/username.ts';
import { forgetAccountFailures } from '../store/login-failure-store.ts';
import { findReset, takeReset } from '../store/password-reset-store.ts';
import { lockAccount } from '../store/user-store.ts';
import type { Caller, IdentityDependencies } from './dependencies.ts';
import { assertPassword } from './identity-input.ts';
import type { SignIn } from './open-session.ts';
import { setPassword } from './set-password.ts';
import { askerOf } from './throttle.ts';

/** @throws BAD_USER_INPUT for a token that is not good (any longer), PASSWORD_TOO_LONG, RATE_LIMITED, FORBIDDEN when banned */
export const resetPassword =
  (dependencies: IdentityDependencies) =>
  async (token: string, newPassword: string, caller: Caller = {}): Promise<SignIn> => {
    const { database, outbox, clock, passwords, resetTokens } = dependencies;
    assertPassword(newPassword, 'newPassword');
    const tokenHash = resetTokens.hash(token);
    // Before the hashing: guesses must not take the cores that sign-ins need.
    const reset = await findReset(database, tokenHash, clock());
    if (!reset) throw tokenIsOver();
    const passwordHash = await passwords.hash(newPassword, askerOf(caller));
    return await outbox.transaction(async (transaction, tell) => {
      const account = await lockAccount(transaction, reset.userId, 'update');
      if (!account || !(await takeReset(transaction, tokenHash, clock()))) throw tokenIsOver();
      if (account.bannedAt !== null) throw forbidden('This account is banned.');
      // Failures with the password that is gone must not keep the new one out.
      await forgetAccountFailures(transaction, usernameKey(account.username));
      return await setPassword(dependencies, transaction, tell, { account, passwordHash, caller });
    });
  };

function tokenIsOver() {
  return badUserInput('token', 'This link was used, is over or was replaced; ask for a new one.');
}
