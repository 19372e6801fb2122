import { readHostEnvironment } from '@tixgo/attendance/env.ts';
import { Databases } from '@tixgo/attendance/host/databases.ts';
import { hostSubgraphs } from '@tixgo/attendance/host/hosted-system.ts';
import { systemClock } from '@tixgo/platform/clock.ts';
import { InProcessBus } from '@tixgo/platform/facts/in-process-bus.ts';
import { newId } from '@tixgo/platform/ids.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import type { Job, JobResult } from '../load/job.ts';
import { Answers, scanInput, scanMutation } from '../load/operations.ts';
import { keepPace } from '../load/pace.ts';
import { serveJobs } from '../load/serve-jobs.ts';
import { people } from '../system/people.ts';

/**
 * The attendance subgraph alone, called in process: schema, access rules, resolvers, service and database, without
 * HTTP, Apollo Server and the gateway's plan. What it does beyond the host is what these cost.
 */
const environment = readHostEnvironment();
const log = createLog(environment.common.logLevel);
const { attendance } = await hostSubgraphs({
  environment,
  databases: new Databases(environment.common, log, environment.ownDatabases),
  bus: new InProcessBus(log),
  log,
  clock: systemClock,
  coalesceScans: !process.argv.includes('--uncoalesced'),
});
const viewers = people('SCANNER', 32);

serveJobs(async ({ operation, pace, until }: Job): Promise<JobResult> => {
  if (operation.kind !== 'scan') throw new Error('This process does scans only.');
  const answers = new Answers();
  const send = async (sequence: number) => {
    const viewer = viewers[sequence % viewers.length];
    if (!viewer) return;
    const variables = { input: scanInput(operation, sequence) };
    const request = { query: scanMutation, variables, viewer, requestId: newId() };
    answers.take(operation, sequence, await attendance.execute(request));
  };
  return { ...(await keepPace(send, pace, until)), ...answers };
});
