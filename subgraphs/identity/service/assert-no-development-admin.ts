import { ConfigurationError } from '@tixgo/platform/env.ts';
import { developmentAdmin } from '../domain/development-admin.ts';
import { usernameKey } from '../domain/username.ts';
import { findAccountByName } from '../store/user-store.ts';
import type { IdentityDependencies } from './dependencies.ts';

/** @throws ConfigurationError while a database that began in development has its ADMIN with the password that all know */
export const assertNoDevelopmentAdmin =
  ({ database, passwords }: IdentityDependencies) =>
  async (): Promise<void> => {
    const { username, password } = developmentAdmin;
    const account = await findAccountByName(database, usernameKey(username));
    if (account?.role !== 'ADMIN' || account.bannedAt !== null) return;
    if (await passwords.check(password, account.passwordHash, async () => {})) {
      throw new ConfigurationError(
        `HOST: ${username} still has the password ${password}; change it while HOST is 127.0.0.1, then listen on other addresses.`,
      );
    }
  };
