import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type DatabaseServer, openDatabase, type Transaction } from '../database/database.ts';
import { isDatabaseUnavailable } from '../database/failures.ts';
import { lockFolder } from '../database/folder-lock.ts';
import { ConfigurationError } from '../env.ts';
import { createLog } from '../logging.ts';
import { createTestDatabase } from '../testing/test-database.ts';

const log = createLog('silent');
const folder = () => mkdtempSync(join(tmpdir(), 'tixgo-test-'));
const embedded = (dataDir: string) => openDatabase({ url: undefined, dataDir, poolSize: 10 }, log);

async function withDatabase<Server extends DatabaseServer>(
  open: Promise<Server>,
  work: (database: Server) => Promise<void>,
) {
  const database = await open;
  try {
    await work(database);
  } finally {
    await database.close();
  }
}

describe('the embedded database', () => {
  test('keeps what it has over a clean restart', async () => {
    const dataDir = folder();
    await withDatabase(embedded(dataDir), async ({ pool }) => {
      await pool.query('create table kept (n int)');
      await pool.query('insert into kept values (7)');
    });
    await withDatabase(embedded(dataDir), async ({ pool }) => {
      expect((await pool.query('select n from kept')).rows).toEqual([{ n: 7 }]);
    });
  });

  test('leaves the event loop free during a slow query', async () => {
    await withDatabase(embedded('memory'), async ({ pool }) => {
      let ticks = 0;
      const timer = setInterval(() => {
        ticks += 1;
      }, 5);
      await pool.query('select count(*) from generate_series(1, 3000000)');
      clearInterval(timer);
      expect(ticks).toBeGreaterThan(5);
    });
  });

  test('serves requests at once in turn, transactions among them', async () => {
    await withDatabase(embedded('memory'), async ({ db, pool }) => {
      await pool.query('create table counter (n int); insert into counter values (0)');
      const add = () =>
        db.transaction(
          async (transaction) => void (await transaction.execute('update counter set n = n + 1')),
        );
      await Promise.all(Array.from({ length: 50 }, add));
      expect((await pool.query('select n from counter')).rows).toEqual([{ n: 50 }]);
    });
  });

  test('is closed to other users of the machine, in a folder that was open before', async () => {
    const dataDir = folder();
    chmodSync(dataDir, 0o755);
    await withDatabase(embedded(dataDir), async () => {});
    expect(statSync(join(dataDir, 'postgres')).mode & 0o777).toBe(0o700);
  });

  test('keeps a second process out of its folder, in one line', async () => {
    const dataDir = folder();
    await withDatabase(embedded(dataDir), async () => {
      const second = spawnHolder(dataDir);
      expect(await second.firstLine).toMatch(
        /^ConfigurationError DATA_DIR: another process uses the folder [^\n]*$/,
      );
      await second.exited;
    });
  });

  test('lets the folder go when its process is killed', async () => {
    const dataDir = folder();
    const first = spawnHolder(dataDir);
    expect(await first.firstLine).toBe('held');
    expect(() => lockFolder(dataDir)).toThrow(ConfigurationError);
    first.kill();
    await first.exited;
    lockFolder(dataDir).release();
  });

  test('says so when its folder cannot be written', async () => {
    const file = join(folder(), 'file');
    writeFileSync(file, '');
    await expect(embedded(join(file, 'data'))).rejects.toThrow(
      /^DATA_DIR: the folder \S+file\/data cannot be written[^\n]*$/,
    );
  });
});

describe('a database that is away', () => {
  test('is told from a statement that is wrong', async () => {
    await withDatabase(createTestDatabase(), async (database) => {
      const wrong = await database.db.execute('select nothing').catch((error: unknown) => error);
      expect(isDatabaseUnavailable(wrong)).toBe(false);
      const ended = await database.db
        .execute('select pg_terminate_backend(pg_backend_pid())')
        .catch((error: unknown) => error);
      expect(isDatabaseUnavailable(ended)).toBe(true);
      expect(await database.isReachable()).toBe(true);
    });
  });

  test('at a wrong address is named without its password', async () => {
    const url = 'postgres://ada:secret@127.0.0.1:1/none';
    const failure = openDatabase({ url, dataDir: 'memory', poolSize: 1 }, log, { patience: 0 }).catch(String);
    expect(await failure).toMatch(/DATABASE_URL: 127\.0\.0\.1:1 does not serve us/);
    expect(await failure).not.toContain('secret');
  });

  test('is waited for while it may be starting, which is told once', async () => {
    const lines: string[] = [];
    const told = createLog('warn', { write: (line) => void lines.push(JSON.parse(line).msg) });
    const settings = { url: 'postgres://ada:secret@127.0.0.1:1/none', dataDir: 'memory', poolSize: 1 };
    await expect(openDatabase(settings, told, { patience: 700 })).rejects.toThrow('does not serve us');
    expect(lines).toEqual([
      'DATABASE_URL: 127.0.0.1:1 does not answer yet (connect ECONNREFUSED 127.0.0.1:1); waiting 0.7 s for it',
    ]);
  });
});

function spawnHolder(dataDir: string) {
  const script = `
    import { lockFolder } from ${JSON.stringify(new URL('../database/folder-lock.ts', import.meta.url).href)};
    try { lockFolder(${JSON.stringify(dataDir)}); console.log('held'); setInterval(() => {}, 1000); }
    catch (error) { console.log(error.name, error.message); }`;
  const child = spawn(process.execPath, [
    '--input-type=module',
    '--disable-warning=ExperimentalWarning',
    '-e',
    script,
  ]);
  const firstLine = new Promise<string>((resolve) => {
    child.stdout.once('data', (text: Buffer) => resolve(text.toString().split('\n', 1)[0] ?? ''));
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  return { firstLine, exited, kill: () => child.kill('SIGKILL') };
}

/** Ends the connection that the next transaction is given, before it has begun. */
async function breakNextConnection(pool: DatabaseServer['pool']): Promise<void> {
  const client = await pool.connect();
  client.query(endOfConnection).catch(() => {});
  // Given back while it ends: whoever comes next has it, and their first statement waits behind this one.
  client.release();
}

/** Nothing is read meanwhile: what comes next is still sent on the connection that has ended. */
function endBehindOurBack(url: string, pid: number): void {
  const script = `
    import pg from 'pg';
    const client = new pg.Client(${JSON.stringify(url)});
    await client.connect();
    await client.query('select pg_terminate_backend($1, 5000)', [${pid}]);
    await client.end();`;
  const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
  expect(status).toBe(0);
}

const endOfConnection = 'select pg_terminate_backend(pg_backend_pid())';

describe('a connection that breaks', () => {
  const poolSize = 3;
  const breaks = 2 * poolSize;

  /** Something may be done in as many transactions at once as before. */
  async function expectAllConnections({ db }: DatabaseServer): Promise<void> {
    let begun = 0;
    const all = Promise.withResolvers<void>();
    const meet = async () => {
      begun += 1;
      if (begun === poolSize) all.resolve();
      await all.promise;
    };
    await Promise.all(Array.from({ length: poolSize }, () => db.transaction(meet)));
    expect(begun).toBe(poolSize);
  }

  test('between two statements of a transaction ends that transaction, and nothing else', async () => {
    await withDatabase(createTestDatabase(), async ({ pool }) => {
      const client = await pool.connect();
      await client.query('begin');
      const { rows } = await client.query('select pg_backend_pid() as pid');
      const broken = new Promise((resolve) => client.once('end', resolve));
      await pool.query('select pg_terminate_backend($1)', [rows[0].pid]);
      await broken;
      expect(client.listenerCount('error')).toBeGreaterThan(0);
      await expect(client.query('select 1')).rejects.toThrow();
      client.release(true);
      expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    });
  });

  test('as a transaction begins is not lost to those who come later', async () => {
    await withDatabase(createTestDatabase({ poolSize }), async (database) => {
      for (let round = 0; round < breaks; round += 1) {
        await breakNextConnection(database.pool);
        const refusal = database.db.transaction(async () => 'begun').catch((error: unknown) => error);
        expect(isDatabaseUnavailable(await refusal)).toBe(true);
      }
      await expectAllConnections(database);
    });
  });

  test('as a transaction begins does not break the transaction that waits for it', async () => {
    await withDatabase(createTestDatabase({ poolSize: 1 }), async ({ db, pool, url }) => {
      const { rows } = await pool.query('select pg_backend_pid() as pid');
      endBehindOurBack(url, rows[0].pid);
      const first = db.transaction(async () => 'first').catch((error: unknown) => error);
      const second = db.transaction(async () => 'second');
      expect(isDatabaseUnavailable(await first)).toBe(true);
      expect(await second).toBe('second');
    });
  });

  test.each<[when: string, work: (transaction: Transaction) => Promise<unknown>]>([
    ['during a statement', async (transaction) => await transaction.execute(endOfConnection)],
    [
      'between two statements',
      async (transaction) => {
        await transaction.execute(endOfConnection).catch(() => {});
        await transaction.execute('select 1');
      },
    ],
    ['at the commit', async (transaction) => void transaction.execute(endOfConnection).catch(() => {})],
  ])('%s is not lost to those who come later', async (_when, work) => {
    await withDatabase(createTestDatabase({ poolSize }), async (database) => {
      for (let round = 0; round < breaks; round += 1) {
        const refusal = database.db.transaction(work).catch((error: unknown) => error);
        expect(isDatabaseUnavailable(await refusal)).toBe(true);
      }
      await expectAllConnections(database);
    });
  });

  test('before a refusal is rolled back leaves the refusal as it is', async () => {
    await withDatabase(createTestDatabase({ poolSize }), async (database) => {
      const soldOut = new Error('Sold out.');
      for (let round = 0; round < breaks; round += 1) {
        const refused = database.db.transaction(async (transaction) => {
          await transaction.execute(endOfConnection).catch(() => {});
          throw soldOut;
        });
        await expect(refused).rejects.toBe(soldOut);
      }
      await expectAllConnections(database);
    });
  });
});

describe('a transaction that is refused', () => {
  test('keeps nothing, and its connection serves on', async () => {
    await withDatabase(createTestDatabase({ poolSize: 1 }), async ({ db, pool }) => {
      await pool.query('create table kept (n int)');
      const connection = 'select pg_backend_pid() as pid';
      const { rows: before } = await pool.query(connection);
      const refused = db.transaction(async (transaction) => {
        await transaction.execute('insert into kept values (1)');
        throw new Error('Sold out.');
      });
      await expect(refused).rejects.toThrow('Sold out.');
      expect((await pool.query('select n from kept')).rows).toEqual([]);
      expect((await pool.query(connection)).rows).toEqual(before);
    });
  });
});
