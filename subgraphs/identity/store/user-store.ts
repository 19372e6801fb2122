import type { Queryable, Transaction } from '@tixgo/platform/database/database.ts';
import { and, asc, eq, getTableColumns, inArray, isNull } from 'drizzle-orm';
import type { Account, UserRecord } from '../domain/user.ts';
import { users } from './tables.ts';

const { usernameKey: _usernameKey, banReason: _banReason, ...accountColumns } = getTableColumns(users);
const { passwordHash: _passwordHash, ...columns } = accountColumns;

/** What a select of a user reads; password hashes are asked for by name. */
export const userColumns = columns;

const isActiveAdmin = and(eq(users.role, 'ADMIN'), isNull(users.bannedAt));

export async function findUsers(database: Queryable, ids: readonly string[]): Promise<UserRecord[]> {
  return await database
    .select(userColumns)
    .from(users)
    .where(inArray(users.id, [...ids]));
}

/** By the form in which names are compared; a name that nobody has is not among them. */
export async function findUsersByName(
  database: Queryable,
  usernameKeys: readonly string[],
): Promise<Map<string, UserRecord>> {
  const rows = await database
    .select({ usernameKey: users.usernameKey, user: userColumns })
    .from(users)
    .where(inArray(users.usernameKey, [...usernameKeys]));
  return new Map(rows.map(({ usernameKey, user }) => [usernameKey, user]));
}

export async function findAccount(database: Queryable, id: string): Promise<Account | undefined> {
  const [account] = await database.select(accountColumns).from(users).where(eq(users.id, id));
  return account;
}

export async function findAccountByName(
  database: Queryable,
  usernameKey: string,
): Promise<Account | undefined> {
  const [account] = await database
    .select(accountColumns)
    .from(users)
    .where(eq(users.usernameKey, usernameKey));
  return account;
}

/**
 * Holds the row until the transaction ends: `share` to give out tokens of what it says, `update` to change it. The two
 * exclude each other, which puts tokens and changes of access in one order.
 */
export async function lockAccount(
  transaction: Transaction,
  id: string,
  strength: 'share' | 'update',
): Promise<Account | undefined> {
  const [account] = await transaction
    .select(accountColumns)
    .from(users)
    .where(eq(users.id, id))
    .for(strength);
  return account;
}

/** Ids of the admins who can act. In one order, so that two who lock them cannot wait for each other. */
export async function lockActiveAdmins(transaction: Transaction): Promise<string[]> {
  const admins = await transaction
    .select({ id: users.id })
    .from(users)
    .where(isActiveAdmin)
    .orderBy(asc(users.id))
    .for('update');
  return admins.map(({ id }) => id);
}

export async function hasActiveAdmin(database: Queryable): Promise<boolean> {
  const [admin] = await database.select({ id: users.id }).from(users).where(isActiveAdmin).limit(1);
  return admin !== undefined;
}

/** The one made first of those who can act. */
export async function findFirstAdmin(database: Queryable): Promise<Account | undefined> {
  const [admin] = await database
    .select(accountColumns)
    .from(users)
    .where(isActiveAdmin)
    .orderBy(asc(users.id))
    .limit(1);
  return admin;
}

/** Undefined when the name is taken. */
export async function insertUser(
  database: Queryable,
  user: Account & { readonly usernameKey: string },
): Promise<Account | undefined> {
  const [inserted] = await database
    .insert(users)
    .values(user)
    .onConflictDoNothing({ target: users.usernameKey })
    .returning(accountColumns);
  return inserted;
}

export interface UserChange {
  readonly role?: UserRecord['role'];
  readonly passwordHash?: string;
  readonly email?: string | null;
  readonly bannedAt?: Date | null;
  readonly banReason?: string | null;
  readonly accessChangedAt?: Date;
}

/** Of a user whose row is locked. */
export async function updateUser(transaction: Transaction, id: string, change: UserChange): Promise<Account> {
  const [updated] = await transaction
    .update(users)
    .set(change)
    .where(eq(users.id, id))
    .returning(accountColumns);
  if (!updated) throw new Error(`User ${id} went away while it was locked.`);
  return updated;
}
