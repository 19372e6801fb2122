import { type ChildProcess, spawn } from 'node:child_process';
import { processEnvironment } from '../env.ts';

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** A service as a process of its own, as an operator runs it. */
export class ServiceProcess {
  readonly #child: ChildProcess;
  readonly ended: Promise<Ended>;
  readonly url: string;
  #output = '';

  /**
   * @param script a path from the repository's root
   * @param environment all that decides how it starts, besides the way to node: nothing is inherited
   * @param detached whether Ctrl-C in a terminal passes it by, for one who stops it in order
   * @param root of another build of the repository
   * @param onOutput is told what it says, as it comes
   */
  constructor(
    script: string,
    environment: Readonly<Record<string, string>>,
    port: number,
    {
      detached = false,
      root,
      onOutput = () => {},
    }: {
      readonly detached?: boolean;
      readonly root?: string | undefined;
      readonly onOutput?: ((text: string) => void) | undefined;
    } = {},
  ) {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
      cwd: root ?? new URL('../../', import.meta.url),
      env: { PATH: processEnvironment().PATH, ...environment },
      detached,
    });
    this.#child = child;
    this.url = `http://127.0.0.1:${port}`;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
        onOutput(text);
      });
    }
    this.ended = new Promise((done) => child.once('close', (code) => done({ code, output: this.#output })));
  }

  /** What it has said so far. */
  get output(): string {
    return this.#output;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Waits until it is ready. @throws with what it said, when it ends instead */
  async ready(): Promise<this> {
    let isOver = false;
    void this.ended.then(() => {
      isOver = true;
    });
    for (;;) {
      const answer = await fetch(`${this.url}/ready`).catch(() => undefined);
      if (answer?.ok) return this;
      if (isOver) throw new Error(`The process ended: ${this.#output}`);
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async stop(): Promise<Ended> {
    this.signal('SIGTERM');
    // One that was stopped by SIGSTOP would not hear of it.
    this.signal('SIGCONT');
    return await this.ended;
  }
}
