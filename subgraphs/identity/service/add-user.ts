import type { Role } from '../domain/role.ts';
import type { UserRecord } from '../domain/user.ts';
import { insertUser } from '../store/user-store.ts';
import type { IdentityDependencies } from './dependencies.ts';
import { cleanUsername } from './identity-input.ts';
import { newAccount } from './new-account.ts';
import { usernameTaken } from './refusals.ts';

export interface NewUser {
  readonly username: string;
  readonly role: Role;
}

/**
 * Adds a user who cannot sign in: there is no password that is theirs.
 * @throws BAD_USER_INPUT and USERNAME_TAKEN
 */
export const addUser =
  ({ database, passwords, clock }: IdentityDependencies) =>
  async ({ username: given, role }: NewUser): Promise<UserRecord> => {
    const username = cleanUsername(given);
    const passwordHash = passwords.hashOfNobody;
    const account = newAccount({ username, passwordHash, role, email: null }, clock());
    const added = await insertUser(database, account);
    if (!added) throw usernameTaken();
    return added;
  };
