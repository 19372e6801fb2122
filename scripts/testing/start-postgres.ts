import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { givenDatabaseServerUrl, setTestDatabaseServerUrl } from '../../platform/testing/env.ts';

export const postgresProcess: { running?: ChildProcess } = {};

/** Starts one PostgreSQL for the whole run, unless one is given; tests reach it at `TEST_DATABASE_URL`. */
export default async function startPostgres(): Promise<void> {
  if (givenDatabaseServerUrl() !== undefined) return;
  const script = fileURLToPath(new URL('postgres-process.ts', import.meta.url));
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').once('data', (line: string) => resolve(line.trim()));
    child.once('error', reject);
    child.once('exit', () => reject(new Error('PostgreSQL for the tests did not start')));
  });
  setTestDatabaseServerUrl(url);
  postgresProcess.running = child;
}
