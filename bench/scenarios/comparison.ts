import { interleave } from '../load/interleave.ts';
import type { JobResult } from '../load/job.ts';
import type { Pace, Until } from '../load/pace.ts';
import { monotonicMicroseconds, profileTables, type Window } from '../report/cpu-profile.ts';
import { median, percentile, sum } from '../report/statistics.ts';
import { figure, type Table } from '../report/table.ts';
import { type Bench, type Target, verify } from '../scenario.ts';
import type { PostgresServer } from '../system/postgres.ts';
import { cpuSeconds } from '../system/process-figures.ts';

export const callers = 32;

export interface Load {
  /** Different for every load; part of the ids of what it makes. */
  readonly series: string;
  readonly pace: Pace;
  readonly until: Until;
}

/** A system under load; the same in all but one thing as the one it is compared with. */
export interface ComparedSystem {
  readonly label: string;
  /** Of the process that decides. */
  readonly pid: number;
  /** Where its CPU profile will be, once it has stopped. */
  readonly profileFolder: string | undefined;
  load(load: Load): Promise<JobResult>;
  /** How many requests of the rounds one transaction decided; NaN where no one but the server reaches the database. */
  meanBatch(): Promise<number>;
  /** @throws unless it holds exactly what it answered for: none lost, none doubled */
  verifyKept(accepted: ReadonlySet<string>): Promise<void>;
}

interface Round {
  readonly result: JobResult;
  readonly serverCpu: number;
  readonly postgresCpu: number;
}

/** Systems timed against one another, with the ids of all that they answered for. */
export interface Comparison {
  readonly title: string;
  /** What is counted: `scans`. */
  readonly counted: string;
  readonly rounds: ReadonlyMap<ComparedSystem, readonly Round[]>;
  readonly accepted: ReadonlyMap<ComparedSystem, Set<string>>;
  readonly window: Window;
}

/** @param postgres undefined when the database is in the server's process */
export async function compare(
  bench: Bench,
  { title, counted }: Pick<Comparison, 'title' | 'counted'>,
  systems: readonly ComparedSystem[],
  postgres: PostgresServer | undefined,
): Promise<Comparison> {
  const accepted = new Map(systems.map((system) => [system, new Set<string>()]));
  const seconds = bench.quick ? 2 : 8;
  const pace = { kind: 'closed', callers } as const;
  bench.say(`${title}: warming up`);
  for (const system of systems) {
    const until = { seconds: bench.quick ? 2 : 10 };
    remember(accepted, system, await system.load({ series: 'warm-up', pace, until }));
  }
  const count = bench.quick ? 2 : 7;
  bench.say(`${title}: ${count} rounds of ${seconds} s`);
  const from = monotonicMicroseconds();
  const rounds = await interleave(systems, count, async (system, round) => {
    const before = cpuOf(system, postgres);
    const result = await system.load({ series: `round-${round}`, pace, until: { seconds } });
    const after = cpuOf(system, postgres);
    remember(accepted, system, result);
    return {
      result,
      serverCpu: after.server - before.server,
      postgresCpu: after.postgres - before.postgres,
    };
  });
  return { title, counted, rounds, accepted, window: { from, to: monotonicMicroseconds() } };
}

function cpuOf({ pid }: ComparedSystem, postgres: PostgresServer | undefined) {
  return { server: cpuSeconds(pid), postgres: postgres ? cpuSeconds(postgres.pid) : Number.NaN };
}

/** @throws when a request was not answered as all must be, or two with the same thing */
export function remember(
  accepted: Comparison['accepted'],
  system: ComparedSystem,
  { accepted: made, latencies }: JobResult,
): void {
  verify(made.length === latencies.length, `${latencies.length} requests, ${made.length} accepted`);
  const known = accepted.get(system);
  for (const { id } of made) {
    verify(known?.has(id) === false, `${id} was answered twice`);
    known.add(id);
  }
}

export async function verifyKept({ accepted, rounds }: Comparison): Promise<void> {
  for (const [system, ids] of accepted) {
    verify(ids.size > 0 && (rounds.get(system)?.length ?? 0) > 0, 'nothing was timed');
    await system.verifyKept(ids);
  }
}

export function ratesOf(comparison: Comparison, system: ComparedSystem): number[] {
  return (comparison.rounds.get(system) ?? []).map(({ result }) => result.latencies.length / result.seconds);
}

/** The median over the rounds of how the rates of a round compare. */
export function ratioOf(comparison: Comparison, over: ComparedSystem, under: ComparedSystem): number {
  const below = ratesOf(comparison, under);
  return median(ratesOf(comparison, over).map((rate, round) => rate / (below[round] ?? Number.NaN)));
}

/** @param against the one that the others are compared with */
export async function tableOf(comparison: Comparison, against: ComparedSystem): Promise<Table> {
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
      figure(await system.meanBatch()),
      perThousand(rounds.map(({ serverCpu }) => serverCpu)),
      perThousand(rounds.map(({ postgresCpu }) => postgresCpu)),
    ]);
  }
  return {
    title: comparison.title,
    columns: [
      comparison.counted,
      `${comparison.counted}/s`,
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

/** What people wait at half of what the system can do: requests at a fixed rate, whatever it answers. */
export async function atHalfRate(
  bench: Bench,
  comparison: Comparison,
  system: ComparedSystem,
): Promise<Table> {
  const { title, counted } = comparison;
  const perSecond = Math.floor(median(ratesOf(comparison, system)) / 2);
  bench.say(`${title}: ${perSecond} ${counted}/s at a fixed rate`);
  const pace = { kind: 'open', perSecond } as const;
  const until = { seconds: bench.quick ? 3 : 30 };
  const result = await system.load({ series: 'half', pace, until });
  remember(comparison.accepted, system, result);
  const at = (percent: number) => figure(percentile(result.latencies, percent));
  return {
    title: `${title}: at half of that rate, from the moment each was due`,
    columns: [counted, `${counted}/s`, 'p50 ms', 'p95 ms', 'p99 ms', 'worst ms'],
    rows: [[system.label, `${perSecond}`, at(50), at(95), at(99), at(100)]],
  };
}

export function atLeast(what: string, ratio: number, least: number): Target {
  return { what, measured: `${figure(ratio)}x`, wanted: `at least ${least}x`, met: ratio >= least };
}

export function profilesOf({ title, rounds, window }: Comparison): Table[] {
  return [...rounds.keys()].flatMap(({ label, profileFolder }) =>
    profileFolder === undefined ? [] : profileTables(profileFolder, `${title}, ${label}`, window),
  );
}
