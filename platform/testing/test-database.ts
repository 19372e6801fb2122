import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { type DatabaseServer, openDatabase } from '../database/database.ts';
import { createLog } from '../logging.ts';
import { testDatabaseServerUrl } from './env.ts';

export interface TestDatabase extends DatabaseServer {
  readonly url: string;
}

/** An empty database of its own on the real PostgreSQL that the test run started; dropped on close. */
export async function createTestDatabase(options: { poolSize?: number } = {}): Promise<TestDatabase> {
  const serverUrl = testDatabaseServerUrl();
  const name = `test_${randomBytes(8).toString('hex')}`;
  await onServer(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const settings = { url: url.href, dataDir: 'memory', poolSize: options.poolSize ?? 10 };
  const server = await openDatabase(settings, createLog('silent'));
  return {
    ...server,
    url: url.href,
    close: async () => {
      await server.close();
      await onServer(serverUrl, `drop database ${name} with (force)`);
    },
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}
