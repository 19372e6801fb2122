import type { Table } from '../report/table.ts';
import type { Bench, Scenario, ScenarioReport, Target } from '../scenario.ts';
import { withOwnResources } from '../system/own-resources.ts';
import { startPostgres } from '../system/postgres.ts';
import {
  atHalfRate,
  atLeast,
  type Comparison,
  callers,
  compare,
  profilesOf,
  ratioOf,
  tableOf,
  verifyKept,
} from './comparison.ts';
import { embeddedSystem, postgresSystem, subgraphSystem } from './scan-systems.ts';

const counted = 'scans';

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
  const http = await compare(
    bench,
    { title: 'GraphQL over HTTP, PostgreSQL', counted },
    [coalesced, single, wider],
    postgres,
  );
  const waiting = await atHalfRate(bench, http, coalesced);
  await verifyKept(http);

  const subgraphs = [await subgraphSystem(bench, coalesced), await subgraphSystem(bench, single)] as const;
  const title = 'The subgraph alone, called in process, PostgreSQL';
  const direct = await compare(bench, { title, counted }, subgraphs, postgres);
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
  const http = await compare(bench, { title, counted }, [coalesced, single], undefined);
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
