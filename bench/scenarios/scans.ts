import { profileTables } from '../report/cpu-profile.ts';
import { median, percentile } from '../report/statistics.ts';
import { figure, type Table } from '../report/table.ts';
import type { Bench, Scenario, ScenarioReport, Target } from '../scenario.ts';
import { withOwnResources } from '../system/own-resources.ts';
import { startPostgres } from '../system/postgres.ts';
import {
  type Comparison,
  callers,
  compareScans,
  ratesOf,
  ratioOf,
  remember,
  tableOf,
  verifyKept,
} from './scan-comparison.ts';
import { embeddedSystem, postgresSystem, type ScanSystem, subgraphSystem } from './scan-systems.ts';

interface Part extends ScenarioReport {
  /** What was timed under a profiler that writes when its process ends. */
  readonly profiled: Comparison;
}

export const scans: Scenario = {
  name: 'scans',
  about: `Check-ins a second at ${callers} connections, coalesced and one transaction each`,
  run: async (bench) => {
    const tables: Table[] = [];
    const targets: Target[] = [];
    for (const part of [onPostgres, onEmbedded]) {
      const report = await withOwnResources(bench, part);
      tables.push(...report.tables, ...profilesOf(report.profiled));
      targets.push(...report.targets);
    }
    return { tables, targets };
  },
};

async function onPostgres(bench: Bench): Promise<Part> {
  const postgres = await startPostgres(bench);
  const coalesced = await postgresSystem(bench, postgres, 'coalesced');
  const single = await postgresSystem(bench, postgres, 'single');
  const wider = await postgresSystem(bench, postgres, 'single', {
    label: 'single, pool of 32',
    poolSize: 32,
  });
  const http = await compareScans(
    bench,
    'GraphQL over HTTP, PostgreSQL',
    [coalesced, single, wider],
    postgres,
  );
  const waiting = await atHalfRate(bench, http, coalesced);
  await verifyKept(http);

  const subgraphs = [await subgraphSystem(bench, coalesced), await subgraphSystem(bench, single)] as const;
  const title = 'The subgraph alone, called in process, PostgreSQL';
  const direct = await compareScans(bench, title, subgraphs, postgres);
  await verifyKept(direct);
  return {
    tables: [await tableOf(http, single), waiting, await tableOf(direct, subgraphs[1])],
    targets: [
      atLeast('coalesced against single, GraphQL on PostgreSQL', ratioOf(http, coalesced, single), 3),
    ],
    profiled: http,
  };
}

async function onEmbedded(bench: Bench): Promise<Part> {
  const coalesced = await embeddedSystem(bench, 'coalesced');
  const single = await embeddedSystem(bench, 'single');
  const title = 'GraphQL over HTTP, embedded database';
  const http = await compareScans(bench, title, [coalesced, single], undefined);
  const waiting = await atHalfRate(bench, http, coalesced);
  await verifyKept(http);
  return {
    tables: [await tableOf(http, single), waiting],
    targets: [
      atLeast(
        'coalesced against single, GraphQL on the embedded database',
        ratioOf(http, coalesced, single),
        1,
      ),
    ],
    profiled: http,
  };
}

/** What people wait at half of what the system can do: requests at a fixed rate, whatever it answers. */
async function atHalfRate(bench: Bench, comparison: Comparison, system: ScanSystem): Promise<Table> {
  const perSecond = Math.floor(median(ratesOf(comparison, system)) / 2);
  bench.say(`${comparison.title}: ${perSecond} scans/s at a fixed rate`);
  const pace = { kind: 'open', perSecond } as const;
  const until = { seconds: bench.quick ? 3 : 30 };
  const result = await system.scan({ series: 'half', pace, until });
  remember(comparison.admitted, system, result);
  const at = (percent: number) => figure(percentile(result.latencies, percent));
  return {
    title: `${comparison.title}: at half of that rate, from the moment a scan was due`,
    columns: ['scans', 'scans/s', 'p50 ms', 'p95 ms', 'p99 ms', 'worst ms'],
    rows: [[system.label, `${perSecond}`, at(50), at(95), at(99), at(100)]],
  };
}

function atLeast(what: string, ratio: number, least: number): Target {
  return { what, measured: `${figure(ratio)}x`, wanted: `at least ${least}x`, met: ratio >= least };
}

function profilesOf({ title, rounds, window }: Comparison): Table[] {
  return [...rounds.keys()].flatMap(({ label, profileFolder }) =>
    profileFolder === undefined ? [] : profileTables(profileFolder, `${title}, ${label}`, window),
  );
}
