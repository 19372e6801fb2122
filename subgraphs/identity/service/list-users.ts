import { type Connection, Cursors, type PageArguments } from '@tixgo/platform/graphql/connection.ts';
import { isUuid } from '@tixgo/platform/ids.ts';
import { cleanText } from '@tixgo/platform/input-text.ts';
import type { Role } from '../domain/role.ts';
import type { UserKind, UserRecord } from '../domain/user.ts';
import { usernameKey } from '../domain/username.ts';
import {
  countUsers as countWhere,
  listUsers as selectUsers,
  type UserListFilter,
  type UserListKey,
} from '../store/user-lists.ts';
import type { IdentityDependencies } from './dependencies.ts';

type Optional<T> = T | null | undefined;

export interface UserFilterInput {
  readonly search?: Optional<string>;
  readonly role?: Optional<Role>;
  readonly kind?: Optional<UserKind>;
  readonly banned?: Optional<boolean>;
}

export interface UserListArguments extends PageArguments {
  readonly filter?: Optional<UserFilterInput>;
}

export interface UserList extends Connection<UserRecord> {
  /** What was asked for, to count by. */
  readonly filter: UserListFilter;
}

const cursors = new Cursors<UserListKey>('users', ([id, ...rest]) => isUuid(id ?? '') && rest.length === 0);

/** Newest first. */
export const listUsers =
  ({ database }: IdentityDependencies) =>
  async (args: UserListArguments): Promise<UserList> => {
    const page = cursors.page(args);
    const filter = cleanFilter(args.filter);
    const rows = await selectUsers(database, page, filter);
    return { ...cursors.connection(rows, page, ({ id }) => [id]), filter };
  };

export const countUsers =
  ({ database }: IdentityDependencies) =>
  async (filter: UserListFilter): Promise<number> =>
    await countWhere(database, filter);

function cleanFilter(filter: Optional<UserFilterInput>): UserListFilter {
  const { search, role = null, kind = null, banned = null } = filter ?? {};
  if (search === null || search === undefined) return { search: null, role, kind, banned };
  return { search: usernameKey(cleanText(search, { field: 'filter.search', max: 100 })), role, kind, banned };
}
