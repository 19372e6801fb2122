import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { processEnvironment } from '@tixgo/platform/env.ts';
import { eventually } from '@tixgo/platform/testing/eventually.ts';
import { findFreePort } from '@tixgo/platform/testing/free-port.ts';
import { isNatsServerInstalled } from '@tixgo/platform/testing/nats-server.ts';

/** In milliseconds. */
const patience = 60_000;

/** Where all of a command's leftovers would be. */
let folder: string;
let command: ChildProcess | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tixgo-test-'));
  // PostgreSQL does not run as root, and has to come by.
  await chmod(folder, 0o755);
});
afterEach(async () => {
  command?.kill('SIGTERM');
  if (command && command.exitCode === null) await once(command, 'exit');
  command = undefined;
  await rm(folder, { recursive: true, force: true });
});

interface Run {
  readonly child: ChildProcess;
  readonly said: () => string;
  readonly end: Promise<number | null>;
}

/** As `npm run cluster` runs it. */
function runCluster(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Run {
  const program = new URL('../main.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args], {
    env: { PATH: processEnvironment().PATH, TMPDIR: folder, ...environment },
  });
  command = child;
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const end = once(child, 'close').then(() => child.exitCode);
  return { child, said: () => output, end };
}

async function freeDoors(): Promise<readonly string[]> {
  return ['--attendance-port', String(await findFreePort()), '--identity-port', String(await findFreePort())];
}

const pidsIn = (text: string) => [...text.matchAll(/\(pid (\d+)\)/g)].map(([, pid]) => Number(pid));

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function expectNothingLeft(pids: readonly number[]): Promise<void> {
  expect(pids.filter(isRunning)).toEqual([]);
  expect(await readdir(folder)).toEqual([]);
}

const describeWithBroker = isNatsServerInstalled() ? describe : describe.skip;

describeWithBroker('npm run cluster', () => {
  test(
    'starts a killed service again, and leaves nothing when it is stopped, not even a service that hangs',
    async () => {
      const { child, said, end } = runCluster(await freeDoors());
      await eventually(async () => expect(said()).toContain('Ctrl-C stops it'), patience);
      expect(said()).toMatch(/^databases +postgres:\/\/\S+\/identity$/m);
      const [, event = 0, ticket = 0] = pidsIn(said());
      process.kill(event, 'SIGKILL');
      await eventually(async () => expect(said()).toMatch(/^event .* is back$/m), patience);
      process.kill(ticket, 'SIGSTOP');
      child.kill('SIGINT');
      expect(await end).toBe(0);
      await expectNothingLeft(pidsIn(said()));
    },
    2 * patience,
  );

  test(
    'leaves nothing when it is stopped while it starts',
    async () => {
      const { child, said, end } = runCluster(await freeDoors());
      // The broker's folder and the database's.
      await eventually(async () => expect(await readdir(folder)).toHaveLength(2), patience);
      child.kill('SIGHUP');
      expect(await end).toBe(0);
      expect(said()).toBe('stopping\n');
      await expectNothingLeft([]);
    },
    patience,
  );
});

describe('npm run cluster', () => {
  test(
    'says in one line that there is no broker to run, and leaves nothing',
    async () => {
      const { said, end } = runCluster(await freeDoors(), { NATS_SERVER: 'no-such-server' });
      expect(await end).toBe(1);
      expect(said()).toBe(
        'There is no no-such-server on the path; on Debian, apt-get install nats-server.\n',
      );
      await expectNothingLeft([]);
    },
    patience,
  );

  test.each([
    ['--replicas', '0', '--replicas must be a whole number from 1 to 8, not "0".'],
    ['--identity-port', '70000', '--identity-port must be a whole number from 1 to 65535, not "70000".'],
    ['--port', '1', "Unknown option '--port'"],
  ])('refuses %s %s with what it takes', async (option, value, complaint) => {
    const { said, end } = runCluster([option, value]);
    expect(await end).toBe(1);
    expect(said().split('\n')).toEqual([complaint, expect.stringMatching(/^npm run cluster \[-- /), '']);
  });
});
