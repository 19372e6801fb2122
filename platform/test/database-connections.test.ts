import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DatabaseServer, databaseSettings, openDatabase } from '../database/database.ts';
import { isDatabaseUnavailable } from '../database/failures.ts';
import { ConfigurationError, EnvironmentReader, readCommonEnvironment, readOwnDatabase } from '../env.ts';
import { createLog } from '../logging.ts';
import { type Certificate, selfSignedCertificate } from '../testing/self-signed-certificate.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { offerTls } from '../testing/tls-server.ts';

const log = createLog('silent');
let database: TestDatabase;
const open: DatabaseServer[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await Promise.all(open.map((server) => server.close()));
  await database.close();
});

/** As the service opens it whose environment this is. */
async function connect(environment: Record<string, string>): Promise<DatabaseServer> {
  const reader = new EnvironmentReader(environment);
  const common = readCommonEnvironment(reader);
  const own = readOwnDatabase(reader, 'ticket', common);
  const server = await openDatabase(databaseSettings(own ?? common, 'ticket'), log, { patience: 0 });
  open.push(server);
  return server;
}

function urlWith(parameters: Record<string, string>, change: Partial<URL> = {}): string {
  const url = Object.assign(new URL(database.url), change);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

function fileOf(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'tixgo-test-')), 'file');
  writeFileSync(file, text);
  return file;
}

describe('connections to a server', () => {
  test('are no more than DATABASE_POOL_SIZE, named after their service', async () => {
    const { pool } = await connect({ DATABASE_URL: database.url, DATABASE_POOL_SIZE: '3' });
    await Promise.all(Array.from({ length: 12 }, () => pool.query('select pg_sleep(0.05)')));
    const { rows } = await database.pool.query(
      `select count(*)::int as connections from pg_stat_activity where application_name = 'tixgo-ticket'`,
    );
    expect(rows).toEqual([{ connections: 3 }]);
  });

  test('that are lost are told once each, without the connection itself', async () => {
    const lines: string[] = [];
    const write = (line: string) => void lines.push(line);
    const settings = { url: database.url, dataDir: 'memory', poolSize: 1 };
    const server = await openDatabase(settings, createLog('warn', { write }), { patience: 0 });
    open.push(server);
    const { rows } = await server.pool.query('select pg_backend_pid() as pid');
    const removed = new Promise((resolve) => server.pool.once('remove', resolve));
    await database.pool.query('select pg_terminate_backend($1)', [rows[0].pid]);
    await removed;
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines.join())).toMatchObject({
      msg: 'a database connection was lost',
      err: { code: '57P01' },
    });
    expect(lines.join()).not.toContain('secretKey');
  });

  test('go to the database of the service itself, which may be told by a file', async () => {
    const file = fileOf(`${urlWith({ application_name: 'from-a-file' })}\n`);
    const { pool } = await connect({ DATABASE_URL: 'postgres://nowhere', TICKET_DATABASE_URL_FILE: file });
    expect((await pool.query('show application_name')).rows).toEqual([{ application_name: 'from-a-file' }]);
  });

  test('that cannot be made are told by the variable that asked for them', async () => {
    const failed = connect({ TICKET_DATABASE_URL: 'postgres://ada:secret@127.0.0.1:1/none' });
    await expect(failed).rejects.toThrow(/^TICKET_DATABASE_URL: 127\.0\.0\.1:1 does not serve us: [^\n]*$/);
  });

  test('lose a transaction that stalls before those give up who wait for it', async () => {
    const { pool } = await connect({ DATABASE_URL: database.url });
    const { rows } = await pool.query(`select name, setting::int from pg_settings where name in
      ('idle_in_transaction_session_timeout', 'lock_timeout', 'statement_timeout') order by setting::int`);
    expect(rows).toEqual([
      { name: 'idle_in_transaction_session_timeout', setting: 8_000 },
      { name: 'lock_timeout', setting: 12_000 },
      { name: 'statement_timeout', setting: 15_000 },
    ]);
  });
});

/** As the whole process does when it is suspended. */
function stall(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

describe('a transaction that stalls', () => {
  test('lets go of what it holds, and is told that the database was away', async () => {
    await database.pool.query('create table held (id int primary key); insert into held values (1)');
    const { db } = await connect({ DATABASE_URL: urlWith({ idle_in_transaction_session_timeout: '100' }) });
    const stalled = db.transaction(async (transaction) => {
      await transaction.execute('update held set id = 2');
      // Waits for the lock, and gets it from the server.
      await database.pool.query('update held set id = 3');
      await transaction.execute('update held set id = 4');
    });
    expect(isDatabaseUnavailable(await stalled.catch((error: unknown) => error))).toBe(true);
    expect((await database.pool.query('select id from held')).rows).toEqual([{ id: 3 }]);
    expect((await db.execute('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  test('with its whole process is told so as well', async () => {
    const { db } = await connect({ DATABASE_URL: urlWith({ idle_in_transaction_session_timeout: '50' }) });
    const stalled = db.transaction(async (transaction) => {
      await transaction.execute('select 1');
      stall(1_000);
      await transaction.execute('select 2');
    });
    expect(isDatabaseUnavailable(await stalled.catch((error: unknown) => error))).toBe(true);
  });

  test('is waited for so long, and then to be tried again', async () => {
    await database.pool.query('create table kept (id int primary key); insert into kept values (1)');
    const { db } = await connect({ DATABASE_URL: urlWith({ lock_timeout: '100' }) });
    await database.db.transaction(async (transaction) => {
      await transaction.execute('update kept set id = 2');
      const waiting = db.execute('update kept set id = 3').catch((error: unknown) => error);
      expect(isDatabaseUnavailable(await waiting)).toBe(true);
    });
  });
});

describe('TLS', () => {
  let right: Certificate;
  let stopOffering: () => Promise<void>;
  beforeAll(async () => {
    right = selfSignedCertificate('localhost');
    stopOffering = await offerTls(right);
  });
  afterAll(() => stopOffering());

  /** What a connection by this URL is: `true` for one with TLS. */
  async function isEncrypted(parameters: Record<string, string>, hostname = 'localhost'): Promise<boolean> {
    const { pool } = await connect({ DATABASE_URL: urlWith(parameters, { hostname }) });
    const { rows } = await pool.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()');
    return rows[0].ssl;
  }

  test('is used where the URL asks for it', async () => {
    const sslrootcert = fileOf(right.certificate);
    expect(await isEncrypted({})).toBe(false);
    expect(await isEncrypted({ sslmode: 'disable' })).toBe(false);
    expect(await isEncrypted({ sslmode: 'require' })).toBe(true);
    expect(await isEncrypted({ sslmode: 'verify-ca', sslrootcert }, '127.0.0.1')).toBe(true);
    expect(await isEncrypted({ sslmode: 'verify-full', sslrootcert })).toBe(true);
  });

  test.each([
    ['a certificate of somebody else', 'localhost', selfSignedCertificate('localhost').certificate],
    ['a certificate for another host', '127.0.0.1', undefined],
  ])('refuses %s in one line', async (_what, hostname, authority) => {
    const sslrootcert = fileOf(authority ?? right.certificate);
    const refused = isEncrypted({ sslmode: 'verify-full', sslrootcert }, hostname);
    await expect(refused).rejects.toThrow(ConfigurationError);
    await expect(refused).rejects.toThrow(/^DATABASE_URL: \S+ does not serve us: [^\n]*certificate[^\n]*$/);
  });

  test('refuses a certificate that nobody vouches for', async () => {
    await expect(isEncrypted({ sslmode: 'verify-full' })).rejects.toThrow(/self-signed certificate/);
  });

  test.each([
    [{ sslmode: 'prefer' }, /^DATABASE_URL: sslmode must be one of disable, require, verify-ca, verify-full/],
    [{ sslmode: 'verify-ca' }, /^DATABASE_URL: sslmode=verify-ca needs sslrootcert/],
    [{ sslmode: 'verify-full', sslrootcert: '/nowhere' }, /^DATABASE_URL: sslrootcert points at "\/nowhere"/],
  ])('wants to be asked for so that it can be had: %j', async (parameters, line) => {
    await expect(isEncrypted(parameters)).rejects.toThrow(ConfigurationError);
    await expect(isEncrypted(parameters)).rejects.toThrow(line);
  });
});
