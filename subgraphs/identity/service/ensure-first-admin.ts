import { ConfigurationError } from '@tixgo/platform/env.ts';
import { hasActiveAdmin, insertUser } from '../store/user-store.ts';
import type { IdentityDependencies } from './dependencies.ts';
import type { LoginInput } from './login.ts';
import { newAccount } from './new-account.ts';

/**
 * Makes the first ADMIN when there is none who can act. Of processes that boot at once one makes it: the username's
 * uniqueness decides, and the others find an ADMIN.
 * @throws ConfigurationError when one is needed and not given, or the name is somebody else's
 */
export const ensureFirstAdmin =
  ({ database, passwords, clock }: IdentityDependencies) =>
  async (credentials: LoginInput | undefined): Promise<void> => {
    if (await hasActiveAdmin(database)) return;
    if (!credentials) {
      throw new ConfigurationError(
        'ADMIN_USERNAME and ADMIN_PASSWORD are required for the first start: nobody is ADMIN yet.',
      );
    }
    const { username, password } = credentials;
    const passwordHash = await passwords.hash(password);
    const admin = newAccount({ username, passwordHash, role: 'ADMIN', email: null }, clock());
    const isMade = (await insertUser(database, admin)) !== undefined;
    if (!isMade && !(await hasActiveAdmin(database))) {
      throw new ConfigurationError(
        `ADMIN_USERNAME: ${username} is somebody who is no ADMIN; give another name.`,
      );
    }
  };
