import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { bareEnvironment } from '../env.ts';

export interface ChildSettings {
  /** Arguments of Node itself and the script, relative to the repository's root. */
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdio: StdioOptions;
  /** How it is told to end. */
  readonly stop: (child: ChildProcess) => void;
}

/** How long a child may take to end, in milliseconds; a host gives itself 25 s. */
const stopDeadline = 27_000;

/**
 * Starts a Node program in a process group of its own: Ctrl-C in a terminal reaches the benchmark alone, which stops
 * its children in order, and a server before its database.
 */
export function startChild(resources: AsyncDisposableStack, settings: ChildSettings): ChildProcess {
  if (resources.disposed) throw new Error('The run is being stopped.');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...settings.command], {
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    env: { ...bareEnvironment(), ...settings.environment },
    stdio: settings.stdio,
    serialization: 'advanced',
    detached: true,
  });
  resources.defer(() => stopChild(child, settings.stop));
  return child;
}

/** Waits for its end; a child that does not end in time is killed. */
export async function stopChild(child: ChildProcess, stop: ChildSettings['stop']): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  const kill = setTimeout(() => child.kill('SIGKILL'), stopDeadline);
  stop(child);
  await ended;
  clearTimeout(kill);
}

export function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** What a child writes, for when it fails. */
export function collectOutput(child: ChildProcess): () => string {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      lines.push(text);
      if (lines.length > 200) lines.shift();
    });
  }
  return () => lines.join('');
}
