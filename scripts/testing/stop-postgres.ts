import { once } from 'node:events';
import { postgresProcess } from './start-postgres.ts';

export default async function stopPostgres(): Promise<void> {
  const { running } = postgresProcess;
  if (!running || running.exitCode !== null) return;
  const exited = once(running, 'exit');
  running.stdin?.end();
  await exited;
}
