import type { JobMessage } from './job.ts';

/** Makes this process one that does jobs for its parent, one at a time, and ends with it. */
export function serveJobs<Given, Result>(run: (job: Given) => Promise<Result>): void {
  process.on('disconnect', () => process.exit(0));
  process.on('message', (job: Given) => {
    run(job).then(
      (result) => answer({ result }),
      (error: unknown) => answer({ failure: error instanceof Error ? String(error.stack) : String(error) }),
    );
  });
}

function answer(message: JobMessage<unknown>): void {
  process.send?.(message);
}
