import { setTimeout as pause } from 'node:timers/promises';
import { Cluster } from '@tixgo/cluster/cluster.ts';
import { figure } from '../report/table.ts';
import { type Scenario, verify } from '../scenario.ts';
import { ask } from '../system/ask.ts';
import { createEvent } from '../system/events.ts';
import { jwtSecret } from '../system/people.ts';
import { query } from '../system/postgres.ts';

/** Changes of events, one after the other at this pace, in milliseconds. */
const pace = 20;

/** What lies between a fact's moment and its entry in a service's inbox, in milliseconds; one row for each. */
const travelled = `
  select extract(epoch from heard.received_at - told.occurred_at) * 1000 as ms
  from event.outbox told join attendance.inbox heard on heard.fact_id = told.id
  where told.type = 'event.changed' and told.occurred_at >= $1`;

export const propagation: Scenario = {
  name: 'propagation',
  about:
    'from a change of an event until the door, another process, knows it: over the broker of npm run cluster',
  run: async (bench) => {
    const count = bench.quick ? 200 : 3_000;
    const environment = { JWT_SECRET: jwtSecret };
    const cluster = await Cluster.start({ environment, oneDatabase: true });
    bench.resources.defer(() => cluster.stop());
    const origin = cluster.urlOf('attendance');
    const databaseUrl = cluster.databaseUrlOf('event');
    await createEvent(origin, 'propagated');
    await change(origin, 200);
    const since = new Date();
    const answered = await change(origin, count);
    await untilHeard(databaseUrl, since, count);
    const { rows } = await query(databaseUrl, travelled, [since]);
    verify(rows.length === count, `${rows.length} of ${count} changes were heard`);
    const times = rows.map(({ ms }) => Number(ms)).sort((a, b) => a - b);
    const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0;
    return {
      tables: [
        {
          title: `A change of an event at the door, ${1000 / pace} changes a second, PostgreSQL and JetStream`,
          columns: ['changes', 'p50 ms', 'p99 ms', 'largest ms', 'answered in, p50 ms'],
          rows: [[`${count}`, figure(at(0.5)), figure(at(0.99)), figure(at(1)), figure(answered)]],
        },
      ],
      targets: [
        {
          what: 'event propagation, p99',
          measured: `${figure(at(0.99))} ms`,
          wanted: 'under 100 ms',
          met: at(0.99) < 100,
        },
      ],
    };
  },
};

/** Changes the event again and again, each when it is due. Answers the median time of an answer, in milliseconds. */
async function change(origin: string, count: number): Promise<number> {
  const changes = Array.from({ length: count }, async (_, index) => {
    await pause(index * pace);
    const started = performance.now();
    await ask(
      origin,
      'mutation ($id: ID!, $input: UpdateEventInput!) { updateEvent(id: $id, input: $input) { id } }',
      {
        id: 'propagated',
        input: { name: `Name ${index}` },
      },
    );
    return performance.now() - started;
  });
  const times = (await Promise.all(changes)).sort((a, b) => a - b);
  return times[Math.floor(times.length / 2)] ?? 0;
}

async function untilHeard(databaseUrl: string, since: Date, count: number): Promise<void> {
  const deadline = Date.now() + 30_000;
  while ((await query(databaseUrl, travelled, [since])).rows.length < count) {
    verify(Date.now() < deadline, 'changes were not heard within 30 seconds');
    await pause(100);
  }
}
