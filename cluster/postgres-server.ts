import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '@tixgo/platform/testing/free-port.ts';
import pg from 'pg';

/** A PostgreSQL of this cluster's own, which keeps its data while it is restarted, and loses them at the end. */
export class PostgresServer {
  readonly #folder: string;
  readonly #port: number;
  #process: ChildProcess | undefined;
  #url = '';

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.#port = port;
  }

  static async start(): Promise<PostgresServer> {
    const folder = await mkdtemp(join(tmpdir(), 'tixgo-cluster-'));
    const server = new PostgresServer(folder, await findFreePort());
    await server.start();
    return server;
  }

  /** The URL of an empty database. */
  async createDatabase(name: string): Promise<string> {
    const client = new pg.Client({ connectionString: this.#url });
    await client.connect();
    await client.query(`create database ${pg.escapeIdentifier(name)}`);
    await client.end();
    const url = new URL(this.#url);
    url.pathname = `/${name}`;
    return url.href;
  }

  /** Also after `kill`, with what was kept. */
  async start(): Promise<void> {
    const script = fileURLToPath(new URL('../scripts/testing/postgres-process.ts', import.meta.url));
    const child = spawn(process.execPath, [script, this.#folder, String(this.#port)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      // A group of its own, so that a kill reaches the server and not only the process that watches it.
      detached: true,
    });
    const [line] = await Promise.race([
      once(child.stdout, 'data'),
      once(child, 'exit').then(() => Promise.reject(new Error('PostgreSQL did not start.'))),
    ]);
    this.#url = String(line).trim();
    this.#process = child;
  }

  /** As a power cut would: nobody says goodbye. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (!child?.pid) return;
    const exited = once(child, 'exit');
    process.kill(-child.pid, 'SIGKILL');
    await exited;
    this.#process = undefined;
  }

  async stop(): Promise<void> {
    const child = this.#process;
    if (child && child.exitCode === null) {
      const exited = once(child, 'exit');
      child.stdin?.end();
      await exited;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}
