import { newId } from '@tixgo/platform/ids.ts';
import type { Role } from '../domain/role.ts';
import type { UserRecord } from '../domain/user.ts';
import { usernameKey } from '../domain/username.ts';
import { insertUser } from '../store/user-store.ts';
import type { IdentityDependencies } from './dependencies.ts';
import { cleanUsername } from './identity-input.ts';
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
    const now = clock();
    const account = await insertUser(database, {
      id: newId(now),
      username,
      usernameKey: usernameKey(username),
      passwordHash: passwords.hashOfNobody,
      role,
      kind: 'PERSON',
      email: null,
      createdAt: now,
      bannedAt: null,
      accessChangedAt: now,
    });
    if (!account) throw usernameTaken();
    return account;
  };
