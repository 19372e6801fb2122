import { newId } from '@tixgo/platform/ids.ts';
import type { Account } from '../domain/user.ts';
import { usernameKey } from '../domain/username.ts';

/** A person's account as it begins. */
export function newAccount(
  { username, ...account }: Pick<Account, 'username' | 'passwordHash' | 'role' | 'email'>,
  now: Date,
): Account & { readonly usernameKey: string } {
  return {
    ...account,
    id: newId(now),
    username,
    usernameKey: usernameKey(username),
    kind: 'PERSON',
    createdAt: now,
    bannedAt: null,
    accessChangedAt: now,
  };
}
