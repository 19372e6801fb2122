import { interleave } from '../load/interleave.ts';
import type { JobResult } from '../load/job.ts';
import { startHttpGenerator } from '../load/worker-process.ts';
import { median, percentile } from '../report/statistics.ts';
import { figure, type Table } from '../report/table.ts';
import { type Bench, type Scenario, type ScenarioReport, verify } from '../scenario.ts';
import { countAttendance, createEvent, isUsed } from '../system/events.ts';
import { type Host, startHost } from '../system/host.ts';
import { loadCheckIns } from '../system/loaded-check-ins.ts';
import { people, tokensOf } from '../system/people.ts';
import { type PostgresServer, startPostgres } from '../system/postgres.ts';

interface Variant {
  readonly label: string;
  readonly origin: string;
  readonly eventId: string;
  readonly checkIns: number;
}

interface Load {
  readonly callers: number;
  /** Of each variant in each round. */
  readonly requests: number;
}

export const attendanceSize: Scenario = {
  name: 'attendance-size',
  about: 'What an event and its last check-ins cost to read, by how many it has',
  run: async (bench) => {
    const postgres = await startPostgres(bench);
    const variants = await prepareVariants(bench, postgres);
    const rounds = bench.quick ? 3 : 15;
    const loads: readonly Load[] = bench.quick
      ? [
          { callers: 1, requests: 100 },
          { callers: 10, requests: 300 },
        ]
      : [
          { callers: 1, requests: 300 },
          { callers: 10, requests: 1_500 },
        ];
    const compared: ComparedLoad[] = [];
    const run = runner(bench);
    for (const variant of variants) await run(variant, { callers: 10, requests: bench.quick ? 300 : 3_000 });
    for (const load of loads) {
      bench.say(`timing at ${load.callers} connections, ${rounds} rounds`);
      compared.push({ load, results: await interleave(variants, rounds, (variant) => run(variant, load)) });
    }
    return reportOf(variants, compared);
  },
};

/** A small event beside the large one, and one that has its database to itself: its tables are small as well. */
async function prepareVariants(bench: Bench, postgres: PostgresServer): Promise<Variant[]> {
  const large = bench.quick ? 100_000 : 1_000_000;
  const smallSystem = await startSystem(bench, postgres, 'small');
  const largeSystem = await startSystem(bench, postgres, 'large');
  const wanted = [
    { label: 'alone', system: smallSystem, checkIns: 1_000 },
    { label: 'beside the large one', system: largeSystem, checkIns: 1_000 },
    { label: 'the large one', system: largeSystem, checkIns: large },
  ];
  const variants: Variant[] = [];
  for (const { label, system, checkIns } of wanted) {
    bench.say(`loading ${checkIns} check-ins (${label})`);
    const eventId = `of-${checkIns}`;
    await createEvent(system.host.origin, eventId);
    await loadCheckIns(system.url, eventId, checkIns);
    const { refused, ...counts } = await countAttendance(system.host.origin, eventId);
    verify(refused === 0, 'scans were refused');
    for (const [name, count] of Object.entries(counts)) verify(count === checkIns, `${name} is ${count}`);
    verify(await isUsed(system.host.origin, eventId, `ticket-${checkIns}`), 'a loaded ticket may enter');
    variants.push({
      label: `${checkIns} check-ins, ${label}`,
      origin: system.host.origin,
      eventId,
      checkIns,
    });
  }
  return variants;
}

async function startSystem(
  bench: Bench,
  postgres: PostgresServer,
  name: string,
): Promise<{ url: string; host: Host }> {
  const url = await postgres.createDatabase(name);
  return { url, host: await startHost(bench, { environment: { DATABASE_URL: url } }) };
}

/** Every answer is checked: the total, and that it has 20 records. */
function runner(bench: Bench) {
  const generator = startHttpGenerator(bench);
  const tokens = tokensOf(people('COMMITTEE', 50));
  return async ({ origin, eventId, checkIns }: Variant, { callers, requests }: Load): Promise<JobResult> =>
    await generator.run({
      origins: [origin],
      tokens,
      operation: { kind: 'summary', eventId, totalCheckedIn: checkIns },
      pace: { kind: 'closed', callers },
      until: { requests },
    });
}

interface ComparedLoad {
  readonly load: Load;
  readonly results: ReadonlyMap<Variant, readonly JobResult[]>;
}

function reportOf(variants: readonly Variant[], compared: readonly ComparedLoad[]): ScenarioReport {
  const [, beside, large] = variants;
  if (!beside || !large) throw new Error('There is nothing to compare.');
  return {
    tables: compared.map((each) => tableOf(each, large)),
    targets: compared.map((each) => {
      const ratio = ratioOf(each, large, beside);
      return {
        what: `${large.label} against ${beside.label}, ${each.load.callers} connections`,
        measured: `${figure(ratio)}x`,
        wanted: 'at most 1.3x',
        met: ratio <= 1.3,
      };
    }),
  };
}

function tableOf(compared: ComparedLoad, large: Variant): Table {
  return {
    title: `Latency of the summary query at ${compared.load.callers} connections, PostgreSQL`,
    columns: ['event', 'p50 ms', 'p99 ms', 'requests/s', 'the large one costs'],
    rows: [...compared.results].map(([variant, results]) => {
      const latencies = results.flatMap((result) => [...result.latencies]);
      const rate = median(results.map((result) => result.latencies.length / result.seconds));
      return [
        variant.label,
        figure(percentile(latencies, 50)),
        figure(percentile(latencies, 99)),
        figure(rate),
        variant === large ? '' : `${figure(ratioOf(compared, large, variant))}x`,
      ];
    }),
  };
}

/** The median over the rounds of how the medians of a round compare. */
function ratioOf({ results }: ComparedLoad, over: Variant, under: Variant): number {
  const medians = (variant: Variant) =>
    (results.get(variant) ?? []).map(({ latencies }) => median(latencies));
  const below = medians(under);
  return median(medians(over).map((value, round) => value / (below[round] ?? Number.NaN)));
}
