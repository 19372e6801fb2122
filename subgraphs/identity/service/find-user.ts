import { notFound } from '@tixgo/platform/errors.ts';
import { loaderById } from '@tixgo/platform/graphql/loader-by-id.ts';
import { isUuid } from '@tixgo/platform/ids.ts';
import DataLoader from 'dataloader';
import type { UserRecord } from '../domain/user.ts';
import { usernameKey } from '../domain/username.ts';
import { findUsers, findUsersByName } from '../store/user-store.ts';
import type { IdentityDependencies } from './dependencies.ts';

/** In UTF-16 units, many times a username: what is longer is nobody's, and not worth the folding. */
const longestSpelling = 1_024;

/** Finds users, those of one request in one statement by id and one by name. */
export interface UserFinder {
  find(id: string): Promise<UserRecord | undefined>;
  /** In any case and Unicode form. */
  findByName(username: string): Promise<UserRecord | undefined>;
  /** @throws NOT_FOUND */
  get(id: string): Promise<UserRecord>;
}

export const userFinder =
  ({ database }: IdentityDependencies) =>
  (): UserFinder => {
    const byId = loaderById<UserRecord>(
      (ids) => findUsers(database, ids),
      ({ id }) => id,
    );
    const byName = new DataLoader<string, UserRecord | undefined>(async (names) => {
      const users = await findUsersByName(database, names);
      return names.map((name) => users.get(name));
    });
    const find = async (id: string) => (isUuid(id) ? await byId.load(id.toLowerCase()) : undefined);
    const get = async (id: string) => {
      const user = await find(id);
      if (!user) throw notFound('user');
      return user;
    };
    const findByName = async (username: string) =>
      // PostgreSQL answers a NUL with an error instead of no row, and would to all of the batch.
      username.length > longestSpelling || username.includes('\0')
        ? undefined
        : await byName.load(usernameKey(username));
    return { find, findByName, get };
  };
