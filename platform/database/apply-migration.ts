import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { errorCode, errorMessage } from '../error-code.ts';
import type { Migration } from './migration-files.ts';
import { noteApplied } from './migration-journal.ts';

/**
 * How long a migration may wait for a table, in milliseconds. Whoever comes to the table meanwhile waits behind it, also
 * those that would get along with the one that it waits for.
 */
const lockWait = 250;
/** How long it leaves the table alone then, in milliseconds: whoever queued behind it is done long before. */
const lockPause = 1_000;
/** How long it goes on trying unless told otherwise, in milliseconds. */
const lockPatience = 120_000;
const lockNotAvailable = '55P03';

/** Applies one migration and writes that down, as soon as nobody is in its way. */
export async function applyMigration(
  connection: pg.ClientBase,
  schema: string,
  migration: Migration,
  patience = lockPatience,
): Promise<void> {
  const apply = migration.isConcurrent ? oneByOne : allAtOnce;
  const deadline = Date.now() + patience;
  for (;;) {
    try {
      return await apply(connection, schema, migration);
    } catch (error) {
      if (errorCode(error) !== lockNotAvailable) throw failed(migration, error);
      if (Date.now() > deadline) throw stayedLocked(migration, patience);
      await pause(lockPause);
    }
  }
}

async function allAtOnce(connection: pg.ClientBase, schema: string, migration: Migration): Promise<void> {
  try {
    await connection.query('begin');
    await connection.query(`set local lock_timeout = ${lockWait}; set local statement_timeout = 0`);
    for (const statement of migration.statements) await connection.query(statement);
    await noteApplied(connection, schema, migration);
    await connection.query('commit');
  } catch (error) {
    await connection.query('rollback');
    throw error;
  }
}

/** Without a bound: an index that is built concurrently waits for others, and nobody waits behind it. */
async function oneByOne(connection: pg.ClientBase, schema: string, migration: Migration): Promise<void> {
  await connection.query('set lock_timeout = 0; set statement_timeout = 0');
  for (const statement of migration.statements) await connection.query(statement);
  await noteApplied(connection, schema, migration);
  await connection.query('reset lock_timeout; reset statement_timeout');
}

function stayedLocked({ tag }: Migration, patience: number): Error {
  const seconds = Math.round(patience / 1000);
  return new Error(
    `${tag} did not get at its tables for ${seconds} s: a transaction that stays open holds them; end it and try again`,
  );
}

function failed({ tag }: Migration, cause: unknown): Error {
  return new Error(`${tag}: ${errorMessage(cause)}`, { cause });
}
