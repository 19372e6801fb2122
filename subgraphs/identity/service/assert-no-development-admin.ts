import { ConfigurationError } from '@tixgo/platform/env.ts';
import { developmentAdmin } from '../domain/development-admin.ts';
import { usernameKey } from '../domain/username.ts';
import { findAccountByName, findFirstAdmin } from '../store/user-store.ts';
import type { IdentityDependencies } from './dependencies.ts';

/** Nobody's try: it is neither counted nor refused. */
const unthrottled = { begin: async () => {}, succeed: async () => {} };

/** @throws ConfigurationError while a database that began in development has its ADMIN with the password that all know */
export const assertNoDevelopmentAdmin =
  ({ database, passwords }: IdentityDependencies) =>
  async (): Promise<void> => {
    const { username, password } = developmentAdmin;
    // The operator may have given the first one another name.
    const candidates = [
      await findFirstAdmin(database),
      await findAccountByName(database, usernameKey(username)),
    ];
    for (const account of candidates) {
      if (account?.role !== 'ADMIN' || account.bannedAt !== null) continue;
      if (!(await passwords.check(password, account.passwordHash, unthrottled))) continue;
      throw new ConfigurationError(
        `ADMIN_PASSWORD: ${account.username} still has the password ${password}; change it in development with HOST=127.0.0.1 first.`,
      );
    }
  };
