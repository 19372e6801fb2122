import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { type Bench, verify } from '../scenario.ts';
import { collectOutput, startChild } from '../system/child-process.ts';
import type { HttpJob, Job, JobMessage, JobResult } from './job.ts';

export interface Worker<Given extends Job> {
  readonly pid: number;
  /** @throws unless every answer was one that may be */
  run(job: Given): Promise<JobResult>;
}

export interface WorkerSettings {
  readonly script: string;
  readonly scriptArguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Sends over HTTP, from a process of its own, so that its work is not on the event loop of what it measures. */
export function startHttpGenerator(bench: Bench): Worker<HttpJob> {
  return startWorker<HttpJob>(bench, { script: 'bench/load/http-generator.ts' });
}

export function startWorker<Given extends Job>(
  { resources }: Bench,
  { script, scriptArguments = [], environment = {} }: WorkerSettings,
): Worker<Given> {
  const child = startChild(resources, {
    command: [script, ...scriptArguments],
    environment,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    stop: (process) => process.disconnect(),
  });
  const said = collectOutput(child);
  return {
    pid: child.pid ?? 0,
    run: async (job) => {
      const message = await exchange(child, job, said);
      if ('failure' in message) throw new Error(message.failure);
      const { wrong, firstWrong } = message.result;
      verify(wrong === 0, `${wrong} of the answers, the first: ${firstWrong}`);
      return message.result;
    },
  };
}

async function exchange(child: ChildProcess, job: Job, said: () => string): Promise<JobMessage> {
  const stop = new AbortController();
  const answered = once(child, 'message', { signal: stop.signal });
  const ended = once(child, 'exit', { signal: stop.signal }).then(() => {
    throw new Error(`A process of the benchmark ended: ${said()}`);
  });
  child.send(job);
  try {
    const [message] = await Promise.race([answered, ended]);
    return message;
  } finally {
    stop.abort();
    await Promise.allSettled([answered, ended]);
  }
}
