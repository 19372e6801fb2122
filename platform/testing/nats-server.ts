import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { natsServerProgram } from './env.ts';
import { findFreePort } from './free-port.ts';

/** Whether tests can have a broker; says so loudly when they cannot. */
export function isNatsServerInstalled(): boolean {
  const program = natsServerProgram();
  const isInstalled = spawnSync(program, ['--version']).status === 0;
  if (!isInstalled)
    process.stderr.write(
      `\nLEFT OUT: there is no ${program} on the path; on Debian, apt-get install nats-server.\n\n`,
    );
  return isInstalled;
}

/** A real broker with JetStream on a port and a folder of its own, which can be treated badly. */
export class NatsServer {
  readonly #folder: string;
  readonly #port: number;
  #process: ChildProcess | undefined;

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.#port = port;
  }

  static async start(): Promise<NatsServer> {
    const server = await NatsServer.reserve();
    try {
      await server.start();
      return server;
    } catch (error) {
      await server.close();
      throw error;
    }
  }

  /** One with an address at which nothing answers yet. */
  static async reserve(): Promise<NatsServer> {
    return new NatsServer(await mkdtemp(join(tmpdir(), 'tixgo-nats-')), await findFreePort());
  }

  get url(): string {
    return `nats://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const port = ['--addr', '127.0.0.1', '--port', String(this.#port)];
    const program = natsServerProgram();
    const child = spawn(program, [...port, '--jetstream', '--store_dir', this.#store], {
      stdio: ['ignore', 'ignore', 'pipe'],
      // Ctrl-C in a terminal passes it by: it ends after those that use it.
      detached: true,
    });
    // Without a program there is no process, and nothing that would end.
    await once(child, 'spawn').catch(() => {
      throw new Error(`There is no ${program} on the path; on Debian, apt-get install nats-server.`);
    });
    this.#process = child;
    const kill = () => child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    for await (const line of createInterface(child.stderr)) {
      if (!line.includes('Server is ready')) continue;
      child.stderr.resume();
      return;
    }
    throw new Error('The broker did not start.');
  }

  /** kill -9. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  /** While it is killed: as on a machine that lost its disk. */
  async forgetEverything(): Promise<void> {
    await rm(this.#store, { recursive: true, force: true });
  }

  /** While it is killed: what it knows, for `recall`. */
  async remember(): Promise<void> {
    await cp(this.#store, this.#remembered, { recursive: true });
  }

  /** While it is killed: as on a machine whose power failed before the rest was on the disk. */
  async recall(): Promise<void> {
    await this.forgetEverything();
    await rename(this.#remembered, this.#store);
  }

  /** The line is up and nothing comes through, until `thaw`. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  async close(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  get #store(): string {
    return join(this.#folder, 'store');
  }

  get #remembered(): string {
    return join(this.#folder, 'remembered');
  }
}
