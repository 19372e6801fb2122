import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type DatabaseServer, openDatabase } from '../database/database.ts';
import { migrateSchema, prepareSchema } from '../database/migrate.ts';
import type { SchemaMigrations } from '../database/migration-files.ts';
import { ConfigurationError } from '../env.ts';
import { createLog } from '../logging.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const log = createLog('silent');
const made = 'create schema if not exists shop; create table shop.sale (id int, note text)';
const widened = 'alter table shop.sale add column paid boolean default false not null';
const indexed = [
  'drop index concurrently if exists shop.sale_id',
  'create unique index concurrently sale_id on shop.sale (id)',
].join('\n--> statement-breakpoint\n');

/** A version of a service, by what its migrations do; each version begins with those of the one before. */
function version(...migrations: readonly string[]): SchemaMigrations {
  const folder = mkdtempSync(join(tmpdir(), 'tixgo-test-'));
  mkdirSync(join(folder, 'meta'));
  const entries = migrations.map((sql, index) => {
    writeFileSync(join(folder, `000${index}_step.sql`), sql);
    return { tag: `000${index}_step`, when: index };
  });
  writeFileSync(join(folder, 'meta', '_journal.json'), JSON.stringify({ entries }));
  return { schema: 'shop', folder: pathToFileURL(`${folder}/`) };
}

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.close());

const columns = async () => {
  const { rows } = await database.pool.query(
    `select column_name as name from information_schema.columns where table_name = 'sale' order by ordinal_position`,
  );
  return rows.map(({ name }) => name);
};

/** A transaction of somebody else that has done `statement` and stays open; answers what ends it. */
async function openTransaction(statement: string): Promise<() => Promise<void>> {
  const client = await database.pool.connect();
  await client.query('begin');
  await client.query('set local idle_in_transaction_session_timeout = 0');
  await client.query(statement);
  return async () => {
    await client.query('commit');
    client.release();
  };
}

/** Resolves once such a statement waits for somebody else. */
async function waiting(statement: string): Promise<void> {
  const asking = `select from pg_stat_activity where query like $1 and wait_event_type = 'Lock'`;
  while ((await database.pool.query(asking, [`%${statement}%`])).rowCount === 0);
}

describe('migrations', () => {
  test('of processes that boot at once run once', async () => {
    const next = version(made, widened);
    const applied = await Promise.all(Array.from({ length: 8 }, () => migrateSchema(database, next)));
    expect(applied.flat()).toEqual(['0000_step', '0001_step']);
    expect(await columns()).toEqual(['id', 'note', 'paid']);
  });

  test('leave the connection as they found it, and let others have their turn', async () => {
    const settings = { url: database.url, dataDir: 'memory', poolSize: 1 };
    const server = await openDatabase(settings, log);
    const names = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];
    const shown = async () =>
      await Promise.all(names.map(async (name) => (await server.pool.query(`show ${name}`)).rows[0]));
    const before = await shown();
    await migrateSchema(server, version(made, indexed, widened));
    expect(await shown()).toEqual(before);
    const { rowCount: held } = await server.pool.query(
      `select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()`,
    );
    expect(held).toBe(0);
    await server.close();
  });

  test('keep those before the one that fails, which is named in one line', async () => {
    const broken = migrateSchema(database, version(made, `${widened}; select nothing`));
    await expect(broken).rejects.toThrow(ConfigurationError);
    await expect(broken).rejects.toThrow(
      /^The schema shop was not brought up to date: 0001_step: [^\n]*nothing[^\n]*$/,
    );
    expect(await columns()).toEqual(['id', 'note']);
    expect(await migrateSchema(database, version(made, widened))).toEqual(['0001_step']);
  });

  test('make nobody wait for whom there is nothing to do', async () => {
    await migrateSchema(database, version(made));
    const end = await openTransaction('lock table shop.sale in access share mode');
    const slow = migrateSchema(database, version(made, widened));
    await waiting('alter table shop.sale');
    expect(await migrateSchema(database, version(made))).toEqual([]);
    await end();
    await slow;
  });
});

describe('a migration that meets a long transaction', () => {
  beforeEach(async () => {
    await migrateSchema(database, version(made));
  });

  test('lets everybody else at the table meanwhile, and is done once that ends', async () => {
    const end = await openTransaction('select from shop.sale');
    const migrating = migrateSchema(database, version(made, widened));
    await waiting('alter table shop.sale');
    // Behind the migration in the queue for the table, these would wait as long as it does.
    await database.db.transaction(async (transaction) => {
      await transaction.execute(`set local lock_timeout = '5s'`);
      await transaction.execute('select from shop.sale');
      await transaction.execute(`insert into shop.sale values (1, 'at the door')`);
    });
    await end();
    expect(await migrating).toEqual(['0001_step']);
    expect((await database.pool.query('select paid from shop.sale')).rows).toEqual([{ paid: false }]);
  });

  test('that does not end gives up in one line, and nothing of it stays', async () => {
    const end = await openTransaction('select from shop.sale');
    const next = version(made, `alter table shop.sale add column early int; ${widened}`);
    await expect(migrateSchema(database, next, { patience: 0 })).rejects.toThrow(
      /^The schema shop was not brought up to date: 0001_step did not get at its tables[^\n]*$/,
    );
    await end();
    expect(await columns()).toEqual(['id', 'note']);
    expect(await migrateSchema(database, next)).toEqual(['0001_step']);
  });
});

describe('an index on a table in use', () => {
  beforeEach(async () => {
    await migrateSchema(database, version(made));
  });

  const isValid = async () => {
    const { rows } = await database.pool.query(
      `select indisvalid as valid from pg_index where indexrelid = 'shop.sale_id'::regclass`,
    );
    return rows[0]?.valid;
  };

  test('is built while others write, also with several processes that want it', async () => {
    const end = await openTransaction(`insert into shop.sale values (1, 'open')`);
    const building = Promise.all([1, 2, 3].map(() => migrateSchema(database, version(made, indexed))));
    await waiting('create unique index');
    await database.pool.query(`insert into shop.sale values (2, 'meanwhile')`);
    await end();
    expect((await building).flat()).toEqual(['0001_step']);
    expect(await isValid()).toBe(true);
  });

  test('that could not be built is built anew the next time', async () => {
    await database.pool.query('insert into shop.sale values (1), (1)');
    await expect(migrateSchema(database, version(made, indexed))).rejects.toThrow(
      /0001_step: could not create/,
    );
    expect(await isValid()).toBe(false);
    await database.pool.query('delete from shop.sale');
    expect(await migrateSchema(database, version(made, indexed))).toEqual(['0001_step']);
    expect(await isValid()).toBe(true);
  });

  test('is built in the embedded database as well', async () => {
    const embedded = await openDatabase({ url: undefined, dataDir: 'memory', poolSize: 1 }, log);
    expect(await migrateSchema(embedded, version(made, indexed))).toEqual(['0000_step', '0001_step']);
    await embedded.close();
  }, 60_000);
});

describe('a process that does not migrate by itself', () => {
  const starts = async (needed: SchemaMigrations) =>
    await prepareSchema({ ...(database as DatabaseServer), migrates: false }, needed, log);

  test('refuses to start on a schema that is older than it needs, in one line', async () => {
    const line = /^The schema shop lacks 0001_step, and MIGRATE is off: run npm run migrate\.$/;
    await expect(starts(version(made))).rejects.toThrow(/^The schema shop lacks 0000_step,[^\n]*$/);
    await migrateSchema(database, version(made));
    await expect(starts(version(made, widened))).rejects.toThrow(ConfigurationError);
    await expect(starts(version(made, widened))).rejects.toThrow(line);
    expect(await columns()).toEqual(['id', 'note']);
  });

  test('starts on the schema that it needs, and on a newer one', async () => {
    await migrateSchema(database, version(made, widened));
    await starts(version(made, widened));
    await starts(version(made));
  });
});

test('a process that migrates starts on a newer schema too, as while it is replaced', async () => {
  await migrateSchema(database, version(made, widened));
  await prepareSchema(database, version(made), log);
  expect(await columns()).toEqual(['id', 'note', 'paid']);
});
