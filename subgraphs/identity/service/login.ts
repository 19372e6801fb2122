import { forbidden } from '@tixgo/platform/errors.ts';
import { usernameKey } from '../domain/username.ts';
import { findAccountByName, lockAccount } from '../store/user-store.ts';
import { checkPassword } from './check-password.ts';
import type { Caller, IdentityDependencies } from './dependencies.ts';
import { cleanLoginName } from './identity-input.ts';
import { openSession, type SignIn } from './open-session.ts';
import { invalidCredentials } from './refusals.ts';

export interface LoginInput {
  readonly username: string;
  readonly password: string;
}

export const login =
  (dependencies: IdentityDependencies) =>
  async (input: LoginInput, caller: Caller = {}): Promise<SignIn> => {
    const { database, clock } = dependencies;
    const key = usernameKey(cleanLoginName(input.username));
    const account = await findAccountByName(database, key);
    const checked = await checkPassword(dependencies, {
      usernameKey: key,
      account,
      password: input.password,
      caller,
    });
    return await database.transaction(async (transaction) => {
      const now = clock();
      const current = await lockAccount(transaction, checked.id, 'share');
      // The password may have changed since it was compared.
      if (current?.passwordHash !== checked.passwordHash) throw invalidCredentials();
      if (current.bannedAt !== null) throw forbidden('This account is banned.');
      return await openSession(dependencies, transaction, current, now, caller);
    });
  };
