import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '@tixgo/platform/testing/free-port.ts';
import type { Bench } from '../../scenario.ts';
import { collectOutput, hasEnded, startChild, stopChild } from '../../system/child-process.ts';
import { shippedStart } from '../../system/host.ts';
import { giveFirstCore } from './cores.ts';

/** A process that answers GraphQL at /graphql. */
export interface RunningGateway {
  readonly port: number;
  readonly pid: number;
  /** Where its CPU profile will be, once it has stopped. */
  readonly profileFolder: string | undefined;
  stop(): Promise<void>;
}

export interface GatewayCommand {
  readonly name: string;
  /** Where it will answer; by default a free one. */
  readonly port?: number;
  /** The script, relative to the repository's root or absolute, and its arguments. */
  readonly command: (port: number) => readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const readyDeadline = 60_000;

/** Starts one in production mode, with the flags of Node that we ship, and waits until it answers. */
export async function startGateway(
  { resources, profiles }: Bench,
  settings: GatewayCommand,
): Promise<RunningGateway> {
  const { name, command, environment = {} } = settings;
  const shipped = shippedStart();
  const port = settings.port ?? (await findFreePort());
  const profileFolder = profiles && join(profiles, name);
  const child = startChild(resources, {
    command: [
      ...shipped.command.filter((argument) => argument.startsWith('--')),
      ...(profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`]),
      ...command(port),
    ],
    environment: { ...shipped.environment, NODE_ENV: 'production', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    stop: (process) => process.kill('SIGTERM'),
  });
  const said = collectOutput(child);
  const deadline = performance.now() + readyDeadline;
  while (!(await answers(port))) {
    if (hasEnded(child) || performance.now() > deadline)
      throw new Error(`The gateway ${name} did not get ready: ${said()}`);
    await sleep(50);
  }
  const pid = child.pid ?? 0;
  giveFirstCore(pid);
  return {
    port,
    pid,
    profileFolder,
    stop: () => stopChild(child, (process) => process.kill('SIGTERM')),
  };
}

async function answers(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ __typename }' }),
    });
    return (await response.text()).includes('"Query"') && response.status === 200;
  } catch {
    return false;
  }
}
