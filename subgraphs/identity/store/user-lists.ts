import type { Queryable } from '@tixgo/platform/database/database.ts';
import type { IdKey, Page } from '@tixgo/platform/graphql/connection.ts';
import { and, count, desc, eq, isNotNull, isNull, like, lt, type SQL } from 'drizzle-orm';
import type { Role } from '../domain/role.ts';
import type { UserKind, UserRecord } from '../domain/user.ts';
import { users } from './tables.ts';
import { userColumns } from './user-store.ts';

export interface UserListFilter {
  /** In the form for comparison. */
  readonly search: string | null;
  readonly role: Role | null;
  readonly kind: UserKind | null;
  readonly banned: boolean | null;
}

/** Ids are UUIDv7: their order is that of registration. */

/** Newest first; one row more than the page, when there is one. */
export async function listUsers(
  database: Queryable,
  page: Page<IdKey>,
  filter: UserListFilter,
): Promise<UserRecord[]> {
  return await database
    .select(userColumns)
    .from(users)
    .where(and(page.after && lt(users.id, page.after[0]), ...conditionsOf(filter)))
    .orderBy(desc(users.id))
    .limit(page.first + 1);
}

export async function countUsers(database: Queryable, filter: UserListFilter): Promise<number> {
  const [total] = await database
    .select({ count: count() })
    .from(users)
    .where(and(...conditionsOf(filter)));
  return total?.count ?? 0;
}

function conditionsOf({ search, role, kind, banned }: UserListFilter): (SQL | undefined)[] {
  return [
    search === null
      ? undefined
      : like(users.usernameKey, `%${search.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`),
    role === null ? undefined : eq(users.role, role),
    kind === null ? undefined : eq(users.kind, kind),
    banned === null ? undefined : banned ? isNotNull(users.bannedAt) : isNull(users.bannedAt),
  ];
}
