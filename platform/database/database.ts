import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { type CommonEnvironment, ConfigurationError } from '../env.ts';
import { errorCode, errorMessage } from '../error-code.ts';
import type { Log } from '../logging.ts';
import { connectionString } from './connection-url.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';

export type Database = NodePgDatabase;
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];
/** What a store asks: the database itself or a transaction on it. */
export type Queryable = Pick<Database, 'select' | 'insert' | 'update' | 'delete' | 'execute'>;

/** A PostgreSQL to talk to: a server elsewhere, or the embedded one. All services of a process with one URL share it. */
export interface DatabaseServer {
  readonly db: Database;
  readonly pool: pg.Pool;
  readonly embedded: boolean;
  /** Whether processes bring their schemas up to date here; else they only see that they are. */
  readonly migrates: boolean;
  isReachable(): Promise<boolean>;
  /** Waits for statements under way; an embedded database is closed clean. */
  close(): Promise<void>;
}

export interface DatabaseSettings {
  readonly url: string | undefined;
  /** The variable that gave the URL, for messages. */
  readonly variable?: string;
  readonly dataDir: string;
  readonly poolSize: number;
  /** What `pg_stat_activity` shows of the connections as `application_name`, unless the URL names another. */
  readonly applicationName?: string;
  readonly migrates?: boolean;
}

/** How long a request waits for a free connection before the service says that it is unavailable, in milliseconds. */
const connectionTimeout = 5_000;
/** @param service whose connections they are */
export function databaseSettings(common: CommonEnvironment, service: string): DatabaseSettings {
  return {
    url: common.databaseUrl,
    variable: common.databaseVariable,
    dataDir: common.dataDir,
    poolSize: common.databasePoolSize,
    applicationName: `tixgo-${service}`,
    migrates: common.migrates,
  };
}

/**
 * What a connection to a server may take, in milliseconds; ours take a few. A process that stalls in a transaction loses it
 * first, before those who wait for its locks give up; they are told apart from statements that are slow themselves.
 */
const timeouts = {
  idle_in_transaction_session_timeout: 8_000,
  lock_timeout: 12_000,
  statement_timeout: 15_000,
};
/** How long a connection may be silent before the kernel asks whether the server is there, in milliseconds. */
const keepAliveDelay = 30_000;

/** How long a server may take to come up, as when both are started together, in milliseconds. */
const startPatience = 30_000;

/** @throws ConfigurationError when the server does not serve us, or the folder cannot be used */
export async function openDatabase(
  settings: DatabaseSettings,
  log: Log,
  { patience = startPatience } = {},
): Promise<DatabaseServer> {
  const { url, variable = 'DATABASE_URL', migrates = true } = settings;
  if (url === undefined) return { ...(await openEmbedded(settings.dataDir, log)), migrates };
  const pool = createServerPool(connectionString(url, variable), settings, log);
  await assertAnswers(pool, `${variable}: ${new URL(url).host}`, log, patience);
  return { ...handleOf(pool), embedded: false, migrates, close: () => pool.end() };
}

function createServerPool(
  connectionString: string,
  { poolSize, applicationName }: DatabaseSettings,
  log: Log,
): pg.Pool {
  const config = {
    connectionString,
    max: poolSize,
    fallback_application_name: applicationName,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveDelay,
    ...timeouts,
  };
  return createPool(config, log);
}

async function openEmbedded(dataDir: string, log: Log): Promise<Omit<DatabaseServer, 'migrates'>> {
  const server = await startEmbeddedPostgres(dataDir, log);
  // PGlite is one connection: a second one in the pool would only collide in its prepared statements.
  const pool = createPool({ ...server.connection, max: 1 }, log);
  const close = async () => {
    await pool.end();
    await server.stop();
  };
  return { ...handleOf(pool), embedded: true, close };
}

function createPool(config: pg.PoolConfig, log: Log): pg.Pool {
  const pool = new pg.Pool({ ...config, connectionTimeoutMillis: connectionTimeout });
  // Without listeners, a connection that the server drops would end the process: a client's own hears it at any time, the
  // pool's once more where it idles, with the whole connection in the error.
  pool.on('error', () => {});
  pool.on('connect', (client) =>
    client.on('error', (error) => log.warn({ err: error }, 'a database connection was lost')),
  );
  return pool;
}

function handleOf(pool: pg.Pool) {
  const isReachable = async () => {
    try {
      await pool.query('select 1');
      return true;
    } catch {
      return false;
    }
  };
  return { db: drizzleOn(pool), pool, isReachable };
}

/**
 * Drizzle on a pool, with a `transaction` that gives back its connection however it ends. Drizzle's own loses one that
 * breaks at `begin`, and puts one whose `rollback` failed among the idle.
 */
function drizzleOn(pool: pg.Pool): Database {
  const db: Database = drizzle(pool);
  db.transaction = async (work, config) => {
    const client = await pool.connect();
    let refusal: unknown;
    let isWhole = true;
    const noting = async (transaction: Transaction) => {
      try {
        return await work(transaction);
      } catch (error) {
        refusal = error;
        throw error;
      }
    };
    try {
      return await drizzle(client).transaction(noting, config);
    } catch (error) {
      // Drizzle throws what the work threw once that is rolled back; anything else says that `begin`, `commit` or
      // `rollback` failed, and nobody knows what state the connection is in.
      isWhole = error === refusal;
      throw refusal ?? error;
    } finally {
      client.release(!isWhole);
    }
  };
  return db;
}

/** Waits for a server that is starting, as in Compose; what does not answer in time is a wrong address. */
async function assertAnswers(pool: pg.Pool, address: string, log: Log, patience: number): Promise<void> {
  const deadline = Date.now() + patience;
  for (let isWaiting = false; ; isWaiting = true) {
    try {
      await pool.query('select 1');
      return;
    } catch (error) {
      if (!mayBeStarting(error) || Date.now() > deadline) {
        await pool.end();
        throw new ConfigurationError(`${address} does not serve us: ${errorMessage(error)}`);
      }
      if (!isWaiting)
        log.warn(
          `${address} does not answer yet (${errorMessage(error)}); waiting ${patience / 1_000} s for it`,
        );
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

/**
 * Refused connections, names that do not resolve yet, and PostgreSQL's "the database system is starting up". pg's own
 * word for no answer in time has no code: on a starved machine it is we who did not get to read the answer.
 */
function mayBeStarting(error: unknown): boolean {
  if (error instanceof Error && error.message === 'Connection terminated due to connection timeout')
    return true;
  return ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ECONNRESET', '57P03'].includes(String(errorCode(error)));
}
