import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { ConfigurationError } from '../env.ts';
import { errorMessage } from '../error-code.ts';
import type { Log } from '../logging.ts';
import { applyMigration } from './apply-migration.ts';
import type { DatabaseServer } from './database.ts';
import { type Migration, readMigrations, type SchemaMigrations } from './migration-files.ts';
import { ensureJournal, findPending } from './migration-journal.ts';

/** Any number that nothing else locks: every service's migrations queue behind one another. */
const migrationLock = 7_349_001;
/** How soon one asks again for its turn while another migrates, in milliseconds. */
const turnInterval = 250;

export interface MigrationOptions {
  /** How long each migration tries to get at its tables, in milliseconds. */
  readonly patience?: number;
  /** Called once when another process has to finish first. */
  readonly onWait?: () => void;
}

/** Brings the schema up to date; where that is not for this process to do, sees that it is. */
export async function prepareSchema(
  server: DatabaseServer,
  migrations: SchemaMigrations,
  log: Log,
): Promise<void> {
  if (!server.migrates) return await assertUpToDate(server, migrations);
  const { schema } = migrations;
  const onWait = () => log.info({ schema }, 'waiting for another process that migrates');
  const applied = await migrateSchema(server, migrations, { onWait });
  if (applied.length > 0) log.debug({ schema, applied }, 'the schema was brought up to date');
}

/**
 * Brings one schema up to date while others use it. Safe when several do so at once: the lock belongs to the one
 * connection that migrates, and the late ones find the work done.
 * @returns the names of what was applied
 * @throws ConfigurationError when it cannot; migrations before the one that failed stay
 */
export async function migrateSchema(
  { pool }: Pick<DatabaseServer, 'pool'>,
  { schema, folder }: SchemaMigrations,
  options: MigrationOptions = {},
): Promise<string[]> {
  const migrations = readMigrations(folder);
  const connection = await pool.connect();
  try {
    const applied = await bringUpToDate(connection, schema, migrations, options);
    connection.release();
    return applied.map(({ tag }) => tag);
  } catch (error) {
    // Closing the connection lets go of the lock, whatever state it is in.
    connection.release(true);
    throw failure(`The schema ${schema} was not brought up to date`, error);
  }
}

async function bringUpToDate(
  connection: pg.PoolClient,
  schema: string,
  migrations: readonly Migration[],
  { patience, onWait = () => {} }: MigrationOptions,
): Promise<readonly Migration[]> {
  const missing = () => findPending(connection, schema, migrations);
  // Before the lock: a process with nothing to do starts also while another migrates for an hour.
  if ((await missing()).length === 0) return [];
  await takeTurn(connection, onWait);
  await ensureJournal(connection, schema);
  const pending = await missing();
  for (const migration of pending) await applyMigration(connection, schema, migration, patience);
  await connection.query('select pg_advisory_unlock($1)', [migrationLock]);
  return pending;
}

/**
 * By asking again rather than by waiting in the database: a statement that waits there holds a snapshot, for which an
 * index that is built concurrently waits in its turn.
 */
async function takeTurn(connection: pg.PoolClient, onWait: () => void): Promise<void> {
  for (let asked = 0; !(await isMyTurn(connection)); asked += 1) {
    if (asked === 0) onWait();
    await pause(turnInterval);
  }
}

async function isMyTurn(connection: pg.PoolClient): Promise<boolean> {
  const { rows } = await connection.query('select pg_try_advisory_lock($1) as mine', [migrationLock]);
  return rows[0].mine;
}

/** @throws ConfigurationError when the schema is older than this version needs; a newer one is fine */
async function assertUpToDate({ pool }: DatabaseServer, { schema, folder }: SchemaMigrations): Promise<void> {
  const pending = await findPending(pool, schema, readMigrations(folder)).catch((error: unknown) => {
    throw failure(`The schema ${schema} cannot be checked`, error);
  });
  if (pending.length === 0) return;
  const missing = pending.map(({ tag }) => tag).join(', ');
  throw new ConfigurationError(
    `The schema ${schema} lacks ${missing}, and MIGRATE is off: run npm run migrate.`,
  );
}

function failure(what: string, cause: unknown): ConfigurationError {
  return new ConfigurationError(`${what}: ${errorMessage(cause)}`, { cause });
}
