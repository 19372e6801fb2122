import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '@tixgo/platform/testing/free-port.ts';
import type { Bench } from '../scenario.ts';
import { collectOutput, hasEnded, startChild, stopChild } from './child-process.ts';
import { jwtSecret } from './people.ts';

export interface HostSettings {
  /** In the place of the one that `npm start` runs. */
  readonly script?: string;
  readonly nodeArguments?: readonly string[];
  /** DATABASE_URL or DATA_DIR, and whatever else differs from one variant to another. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A running attendance host: gateway and all subgraphs in one process. */
export interface Host {
  readonly origin: string;
  readonly pid: number;
  /** From spawn until /ready said yes, in milliseconds. */
  readonly readyAfter: number;
  stop(): Promise<void>;
}

const readyDeadline = 60_000;

export interface ShippedStart {
  /** What Node is given. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** How `npm start` starts Node, from where it stands, so that its flags are those that are timed. */
export function shippedStart(): ShippedStart {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const [, assignments, command] = /^((?:\w+=\S+ )*)exec node (.+?) \|\| /.exec(manifest.scripts.start) ?? [];
  if (assignments === undefined || command === undefined)
    throw new Error('"start" in package.json is no longer what this reads.');
  const environment = Object.fromEntries(new URLSearchParams(assignments.trimEnd().replaceAll(' ', '&')));
  return { command: command.split(' '), environment };
}

export async function startHost(
  { resources }: Bench,
  { script, nodeArguments = [], environment }: HostSettings,
): Promise<Host> {
  const shipped = shippedStart();
  const port = await findFreePort();
  const identityPort = await findFreePort();
  const started = performance.now();
  const child = startChild(resources, {
    command: [
      ...nodeArguments,
      ...(script === undefined ? shipped.command : [...shipped.command.slice(0, -1), script]),
    ],
    environment: {
      ...shipped.environment,
      NODE_ENV: 'development',
      LOG_LEVEL: 'warn',
      DEMO_DATA: 'false',
      DATA_DIR: 'memory',
      JWT_SECRET: jwtSecret,
      ATTENDANCE_PORT: String(port),
      IDENTITY_PORT: String(identityPort),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    stop: (process) => process.kill('SIGTERM'),
  });
  const said = collectOutput(child);
  const origin = `http://127.0.0.1:${port}`;
  const { pid } = child;
  if (pid === undefined) throw new Error('The host did not start.');
  const readyAfter = await untilReady(child, origin, started);
  if (readyAfter === undefined) throw new Error(`The host at ${origin} did not get ready: ${said()}`);
  return { origin, pid, readyAfter, stop: () => stopChild(child, (process) => process.kill('SIGTERM')) };
}

/** Undefined when it ended or took too long. */
async function untilReady(child: ChildProcess, origin: string, started: number): Promise<number | undefined> {
  while (!hasEnded(child) && performance.now() - started < readyDeadline) {
    if (await isReady(origin)) return performance.now() - started;
    await sleep(10);
  }
  return undefined;
}

async function isReady(origin: string): Promise<boolean> {
  try {
    const response = await fetch(`${origin}/ready`);
    await response.text();
    return response.status === 200;
  } catch {
    return false;
  }
}
