import { once } from 'node:events';
import pg from 'pg';
import type { Bench } from '../scenario.ts';
import { collectOutput, hasEnded, startChild } from './child-process.ts';

/** A real PostgreSQL server of this run's own, with fsync and the settings it comes with. */
export interface PostgresServer {
  readonly pid: number;
  /** An empty database. */
  createDatabase(name: string): Promise<string>;
}

/** The one that the tests use: it lives as long as its standard input is open, however the benchmark ends. */
export async function startPostgres({ resources }: Bench): Promise<PostgresServer> {
  let started: Promise<unknown> = Promise.resolve();
  const child = startChild(resources, {
    command: ['scripts/testing/postgres-process.ts'],
    stdio: ['pipe', 'pipe', 'pipe'],
    // While it makes its folder it would leave what it makes after its end.
    stop: ({ stdin }) => void started.finally(() => stdin?.end()).catch(() => {}),
  });
  const said = collectOutput(child);
  const { stdout, pid } = child;
  if (!stdout || pid === undefined) throw new Error('PostgreSQL did not start.');
  started = Promise.race([once(stdout, 'data'), once(child, 'exit')]);
  await started;
  if (hasEnded(child)) throw new Error(`PostgreSQL did not start: ${said()}`);
  const serverUrl = said().trim();
  return {
    pid,
    createDatabase: async (name) => {
      await query(serverUrl, `create database ${name}`);
      const url = new URL(serverUrl);
      url.pathname = `/${name}`;
      return url.href;
    },
  };
}

/** Asks on a connection of its own; meant for the time before and after, not for the timing. */
export async function query(url: string, text: string, values: unknown[] = []): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(text, values);
  } finally {
    await client.end();
  }
}
