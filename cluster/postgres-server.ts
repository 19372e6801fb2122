import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '@tixgo/platform/testing/free-port.ts';
import pg from 'pg';

/** In milliseconds. */
const startPatience = 20_000;

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
    try {
      await server.start();
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
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
    const deadline = Date.now() + startPatience;
    // Workers of one that was killed end by themselves, soon; until then the folder is taken.
    while (!(await this.#spawn())) if (Date.now() > deadline) throw new Error('PostgreSQL did not start.');
  }

  /** As an update of its packages does it: whoever is connected is cut off in good order. */
  async restart(): Promise<void> {
    await this.#end();
    await this.start();
  }

  /** As a power cut would: nobody says goodbye. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (!child) return;
    const exited = once(child, 'exit');
    // The one that watches it first, or it would say that its server has ended.
    child.kill('SIGKILL');
    await exited;
    this.#process = undefined;
    process.kill(await this.#serverPid(), 'SIGKILL');
  }

  async #spawn(): Promise<boolean> {
    const script = fileURLToPath(new URL('../scripts/testing/postgres-process.ts', import.meta.url));
    const child = spawn(process.execPath, [script, this.#folder, String(this.#port)], {
      stdio: ['pipe', 'pipe', 'ignore'],
      // Ctrl-C in a terminal passes it by: it ends after those that use it.
      detached: true,
    });
    const [line] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    // An exit has a code in the place of a line.
    if (!Buffer.isBuffer(line)) return false;
    this.#url = String(line).trim();
    this.#process = child;
    return true;
  }

  async #serverPid(): Promise<number> {
    const [pid] = (await readFile(join(this.#folder, 'postmaster.pid'), 'utf8')).split('\n');
    return Number(pid);
  }

  async #end(): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null) return;
    const exited = once(child, 'exit');
    child.stdin?.end();
    await exited;
  }

  async stop(): Promise<void> {
    await this.#end();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
