import { interleave } from '../load/interleave.ts';
import type { JobResult } from '../load/job.ts';
import { monotonicMicroseconds, type Window } from '../report/cpu-profile.ts';
import { median, percentile, sum } from '../report/statistics.ts';
import { figure, type Table } from '../report/table.ts';
import { type Bench, verify } from '../scenario.ts';
import { countAttendance } from '../system/events.ts';
import { type PostgresServer, query } from '../system/postgres.ts';
import { cpuSeconds } from '../system/process-figures.ts';
import type { ScanSystem } from './scan-systems.ts';

export const callers = 32;

interface Round {
  readonly result: JobResult;
  readonly serverCpu: number;
  readonly postgresCpu: number;
}

/** Systems timed against one another, with every check-in that they answered for. */
export interface Comparison {
  readonly title: string;
  readonly rounds: ReadonlyMap<ScanSystem, readonly Round[]>;
  readonly admitted: ReadonlyMap<ScanSystem, Set<string>>;
  readonly window: Window;
}

/** @param postgres undefined when the database is in the server's process */
export async function compareScans(
  bench: Bench,
  title: string,
  systems: readonly ScanSystem[],
  postgres: PostgresServer | undefined,
): Promise<Comparison> {
  const admitted = new Map(systems.map((system) => [system, new Set<string>()]));
  const seconds = bench.quick ? 2 : 8;
  const pace = { kind: 'closed', callers } as const;
  bench.say(`${title}: warming up`);
  for (const system of systems) {
    const until = { seconds: bench.quick ? 2 : 10 };
    remember(admitted, system, await system.scan({ series: 'warm-up', pace, until }));
  }
  const count = bench.quick ? 2 : 7;
  bench.say(`${title}: ${count} rounds of ${seconds} s`);
  const from = monotonicMicroseconds();
  const rounds = await interleave(systems, count, async (system, round) => {
    const before = cpuOf(system, postgres);
    const result = await system.scan({ series: `round-${round}`, pace, until: { seconds } });
    const after = cpuOf(system, postgres);
    remember(admitted, system, result);
    return {
      result,
      serverCpu: after.server - before.server,
      postgresCpu: after.postgres - before.postgres,
    };
  });
  return { title, rounds, admitted, window: { from, to: monotonicMicroseconds() } };
}

function cpuOf({ pid }: ScanSystem, postgres: PostgresServer | undefined) {
  return { server: cpuSeconds(pid), postgres: postgres ? cpuSeconds(postgres.pid) : Number.NaN };
}

/** @throws when a check-in was answered twice */
export function remember(
  admitted: Comparison['admitted'],
  system: ScanSystem,
  { admitted: ids, latencies }: JobResult,
): void {
  verify(ids.length === latencies.length, `${latencies.length} new tickets, ${ids.length} accepted`);
  const known = admitted.get(system);
  for (const id of ids) known?.add(id);
}

/** None lost, none doubled: every counter and the log hold exactly the check-ins that were answered. */
export async function verifyKept({ admitted, rounds }: Comparison): Promise<void> {
  for (const [system, ids] of admitted) {
    const answered = ids.size;
    const { refused, ...counts } = await countAttendance(system.origin, system.eventId);
    verify(refused === 0, `${refused} scans of new tickets are counted as refused`);
    for (const [name, count] of Object.entries(counts)) {
      verify(count === answered, `${answered} accepted answers, but ${name} is ${count} (${system.label})`);
    }
    verify(answered > 0 && (rounds.get(system)?.length ?? 0) > 0, 'nothing was timed');
  }
}

export function ratesOf(comparison: Comparison, system: ScanSystem): number[] {
  return (comparison.rounds.get(system) ?? []).map(({ result }) => result.latencies.length / result.seconds);
}

/** The median over the rounds of how the rates of a round compare. */
export function ratioOf(comparison: Comparison, over: ScanSystem, under: ScanSystem): number {
  const below = ratesOf(comparison, under);
  return median(ratesOf(comparison, over).map((rate, round) => rate / (below[round] ?? Number.NaN)));
}

/** @param against the one that the others are compared with */
export async function tableOf(comparison: Comparison, against: ScanSystem): Promise<Table> {
  const rows: string[][] = [];
  for (const [system, rounds] of comparison.rounds) {
    const latencies = rounds.flatMap(({ result }) => [...result.latencies]);
    const perThousand = (seconds: readonly number[]) => figure((sum(seconds) / latencies.length) * 1000);
    rows.push([
      system.label,
      figure(median(ratesOf(comparison, system))),
      system === against ? '' : `${figure(ratioOf(comparison, system, against))}x`,
      figure(percentile(latencies, 50)),
      figure(percentile(latencies, 99)),
      figure(await meanBatch(system)),
      perThousand(rounds.map(({ serverCpu }) => serverCpu)),
      perThousand(rounds.map(({ postgresCpu }) => postgresCpu)),
    ]);
  }
  return {
    title: comparison.title,
    columns: [
      'scans',
      'scans/s',
      'ratio',
      'p50 ms',
      'p99 ms',
      'mean batch',
      'server CPU s/1000',
      'PostgreSQL CPU s/1000',
    ],
    rows,
  };
}

/** Rows of one transaction carry its id; NaN where no one but the server reaches the database. */
async function meanBatch({ databaseUrl, eventId }: ScanSystem): Promise<number> {
  if (databaseUrl === undefined) return Number.NaN;
  const { rows } = await query(
    databaseUrl,
    `select count(*)::float8 / count(distinct xmin::text) as mean from attendance.scan
     where event_id = $1 and ticket_id like 'round-%'`,
    [eventId],
  );
  return rows[0]?.mean ?? Number.NaN;
}
