import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import type { WorkerReport, WorkerSettings } from './embedded-postgres.ts';

const { folder, socketPath } = workerData as WorkerSettings;
const report = (message: WorkerReport) => parentPort?.postMessage(message);

try {
  const database = await PGlite.create({
    ...(folder !== undefined && { dataDir: folder }),
    // 340 MiB resident with the default of 128 MB, about 230 with this, at the same insert rate.
    startParams: [...PGlite.defaultStartParams, '-c', 'shared_buffers=16MB'],
  });
  const server = new PGLiteSocketServer({ db: database, path: socketPath, maxConnections: 1 });
  await server.start();
  parentPort?.once('message', async () => {
    await server.stop();
    await database.close();
    parentPort?.close();
  });
  report({ state: 'ready' });
} catch (error) {
  report({ state: 'failed', reason: error instanceof Error ? error.message : String(error) });
}
