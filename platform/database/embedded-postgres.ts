import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ConfigurationError } from '../env.ts';
import type { Log } from '../logging.ts';
import { ensureEmbeddedCluster } from './create-embedded-cluster.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';

export interface EmbeddedPostgres {
  /** For node-postgres: a socket file in a folder that only this user can enter. */
  readonly connection: { readonly host: string; readonly user: string; readonly database: string };
  stop(): Promise<void>;
}

/** What the worker tells. */
export type WorkerReport =
  | { readonly state: 'ready' }
  | { readonly state: 'failed'; readonly reason: string };

export interface WorkerSettings {
  /** Undefined: in memory. */
  readonly folder: string | undefined;
  readonly socketPath: string;
}

/**
 * PGlite in a worker thread, so that a slow query does not stop the event loop, behind PostgreSQL's own protocol, so
 * that one driver serves both. It never calls fsync: a killed process loses nothing, a power cut may.
 * @param dataDir a folder, or `memory`
 */
export async function startEmbeddedPostgres(dataDir: string, log: Log): Promise<EmbeddedPostgres> {
  if (process.platform === 'win32') {
    throw new ConfigurationError(
      'The embedded database needs Linux or macOS; on Windows use WSL, or set DATABASE_URL.',
    );
  }
  const lock = dataDir === 'memory' ? undefined : prepareFolder(dataDir);
  // A socket's path may have about 100 bytes, too few for a data folder deep in somebody's home.
  const socketFolder = mkdtempSync(join(tmpdir(), 'tixgo-'));
  const release = () => {
    rmSync(socketFolder, { recursive: true, force: true });
    lock?.release();
  };
  const folder = lock && join(resolve(dataDir), 'postgres');
  const settings: WorkerSettings = {
    folder,
    socketPath: join(socketFolder, '.s.PGSQL.5432'),
  };
  let worker: Worker;
  try {
    if (folder !== undefined) await ensureEmbeddedCluster(folder, log);
    worker = new Worker(new URL('./embedded-postgres-worker.ts', import.meta.url), { workerData: settings });
    await started(worker, dataDir);
  } catch (error) {
    release();
    throw error;
  }
  const stop = async () => {
    const ended = new Promise((done) => worker.once('exit', done));
    worker.postMessage('stop');
    await ended;
    release();
  };
  return { connection: { host: socketFolder, user: 'postgres', database: 'postgres' }, stop };
}

function prepareFolder(dataDir: string): FolderLock {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    return lockFolder(dataDir);
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError(`DATA_DIR: the folder ${dataDir} cannot be written; give one that can.`);
  }
}

async function started(worker: Worker, dataDir: string): Promise<void> {
  const report = await new Promise<WorkerReport>((done) => {
    worker.once('message', done);
    worker.once('error', (error) => done({ state: 'failed', reason: String(error) }));
    worker.once('exit', (code) => done({ state: 'failed', reason: `exit code ${code}` }));
  });
  if (report.state === 'ready') return;
  await worker.terminate();
  throw new ConfigurationError(
    `DATA_DIR: the embedded database in ${dataDir} does not start (${report.reason}). Restore the folder, or move it away to begin anew.`,
  );
}
