import { Pool } from 'undici';
import type { HttpJob, JobResult } from './job.ts';
import { Answers, bodyOf } from './operations.ts';
import { keepPace } from './pace.ts';
import { serveJobs } from './serve-jobs.ts';

/** At a fixed rate as many connections open as requests wait, up to this many. */
const mostConnections = 512;

serveJobs(async ({ origins, tokens, operation, pace, until }: HttpJob): Promise<JobResult> => {
  const connections = pace.kind === 'closed' ? Math.ceil(pace.callers / origins.length) : mostConnections;
  const pools = origins.map((origin) => new Pool(origin, { connections, pipelining: 1 }));
  await Promise.all(pools.map((pool) => connect(pool, pace.kind === 'closed' ? connections : 32)));
  const answers = new Answers();
  const send = async (sequence: number) => {
    const pool = pools[sequence % pools.length];
    const token = tokens[sequence % tokens.length];
    try {
      const response = await pool?.request({
        method: 'POST',
        path: '/graphql',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: bodyOf(operation, sequence),
      });
      answers.take(operation, sequence, JSON.parse((await response?.body.text()) ?? ''));
    } catch (error) {
      answers.fail(String(error));
    }
  };
  const timing = await keepPace(send, pace, until);
  await Promise.all(pools.map((pool) => pool.close()));
  return { ...timing, ...answers };
});

/** Opens the connections before the clock runs: clients of a door keep theirs. */
async function connect(pool: Pool, connections: number): Promise<void> {
  const opening = Array.from({ length: connections }, async () => {
    const response = await pool.request({ method: 'GET', path: '/health' });
    await response.body.dump();
  });
  await Promise.all(opening);
}
