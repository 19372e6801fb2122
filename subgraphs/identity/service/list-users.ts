import { type Connection, idCursors, type PageArguments } from '@tixgo/platform/graphql/connection.ts';
import { cleanGivenText } from '@tixgo/platform/input-text.ts';
import type { Optional } from '@tixgo/platform/optional-input.ts';
import type { Role } from '../domain/role.ts';
import type { UserKind, UserRecord } from '../domain/user.ts';
import { usernameKey } from '../domain/username.ts';
import {
  countUsers as countWhere,
  listUsers as selectUsers,
  type UserListFilter,
} from '../store/user-lists.ts';
import type { IdentityDependencies } from './dependencies.ts';

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

const cursors = idCursors('users');

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
  const { role = null, kind = null, banned = null } = filter ?? {};
  const search = cleanGivenText(filter?.search, { field: 'filter.search', max: 100 });
  return { search: search === null ? null : usernameKey(search), role, kind, banned };
}
