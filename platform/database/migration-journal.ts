import type pg from 'pg';
import { errorCode } from '../error-code.ts';
import type { Migration } from './migration-files.ts';

const undefinedTable = '42P01';

/** Those that a database has not seen. One that is ahead, because a newer version has run on it, lacks none. */
export async function findPending(
  connection: Pick<pg.ClientBase, 'query'>,
  schema: string,
  migrations: readonly Migration[],
): Promise<readonly Migration[]> {
  const last = await findLastApplied(connection, schema);
  return migrations.filter(({ when }) => when > last);
}

async function findLastApplied(connection: Pick<pg.ClientBase, 'query'>, schema: string): Promise<number> {
  try {
    const { rows } = await connection.query(`select max(created_at) as last from migrations."${schema}"`);
    return Number(rows[0]?.last ?? -1);
  } catch (error) {
    if (errorCode(error) === undefinedTable) return -1;
    throw error;
  }
}

/** As drizzle's own migrator keeps it. */
export async function ensureJournal(connection: pg.ClientBase, schema: string): Promise<void> {
  await connection.query('create schema if not exists migrations');
  await connection.query(`create table if not exists migrations."${schema}" (
    id serial primary key, hash text not null, created_at bigint)`);
}

export async function noteApplied(
  connection: pg.ClientBase,
  schema: string,
  { hash, when }: Migration,
): Promise<void> {
  await connection.query(`insert into migrations."${schema}" (hash, created_at) values ($1, $2)`, [
    hash,
    when,
  ]);
}
