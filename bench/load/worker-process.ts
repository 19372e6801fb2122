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

export function startWorker<Given extends Job>(bench: Bench, settings: WorkerSettings): Worker<Given> {
  const { pid, run } = startJobProcess<Given, JobResult>(bench, settings);
  return {
    pid,
    run: async (job) => {
      const result = await run(job);
      const { wrong, firstWrong } = result;
      verify(wrong === 0, `${wrong} of the answers, the first: ${firstWrong}`);
      return result;
    },
  };
}

export interface JobProcess<Given, Result> {
  readonly pid: number;
  /** One job at a time. */
  run(job: Given): Promise<Result>;
}

/** A process whose script calls `serveJobs`. */
export function startJobProcess<Given extends object, Result>(
  { resources }: Bench,
  { script, scriptArguments = [], environment = {} }: WorkerSettings,
): JobProcess<Given, Result> {
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
      const message = await exchange<Result>(child, job, said);
      if ('failure' in message) throw new Error(message.failure);
      return message.result;
    },
  };
}

async function exchange<Result>(
  child: ChildProcess,
  job: object,
  said: () => string,
): Promise<JobMessage<Result>> {
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
