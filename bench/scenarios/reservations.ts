import { percentile } from '../report/statistics.ts';
import { figure, type Table } from '../report/table.ts';
import { type Bench, type Scenario, verify } from '../scenario.ts';
import { startPostgres } from '../system/postgres.ts';
import {
  atHalfRate,
  atLeast,
  type ComparedSystem,
  type Comparison,
  callers,
  compare,
  profilesOf,
  ratioOf,
  remember,
  tableOf,
  verifyKept,
} from './comparison.ts';
import { reservationSystem } from './reservation-systems.ts';

const crowd = 2_000;

export const reservations: Scenario = {
  name: 'reservations',
  about: `Reservations of one ticket type a second at ${callers} connections, coalesced and one transaction each`,
  run: async (bench) => {
    const postgres = await startPostgres(bench);
    const coalesced = await reservationSystem(bench, postgres, 'coalesced');
    const single = await reservationSystem(bench, postgres, 'single');
    const wider = await reservationSystem(bench, postgres, 'single', {
      label: 'single, pool of 32',
      poolSize: 32,
    });
    const systems = [coalesced, single, wider];
    const names = { title: 'GraphQL over HTTP, PostgreSQL', counted: 'reservations' };
    const http = await compare(bench, names, systems, postgres);
    const rates = await tableOf(http, single);
    const waiting = await atHalfRate(bench, http, coalesced);
    const crowded = await inACrowd(bench, http, coalesced);
    await verifyKept(http);
    return {
      tables: [rates, waiting, crowded, ...profilesOf(http)],
      targets: [atLeast('coalesced against single, one hot type', ratioOf(http, coalesced, single), 2)],
    };
  },
};

/**
 * What each waits when so many press the button at once, and press it again when they have their answer. One
 * transaction each would keep most of them waiting for a connection until that is given up.
 */
async function inACrowd(bench: Bench, comparison: Comparison, system: ComparedSystem): Promise<Table> {
  bench.say(`${crowd} buyers wait at a time`);
  const pace = { kind: 'closed', callers: crowd } as const;
  const result = await system.load({ series: 'crowd', pace, until: { seconds: bench.quick ? 3 : 20 } });
  remember(comparison.accepted, system, result);
  verify(result.latencies.length > crowd, 'not everyone was answered');
  const at = (percent: number) => figure(percentile(result.latencies, percent));
  const rate = figure(result.latencies.length / result.seconds);
  return {
    title: `While ${crowd} buyers wait for one type`,
    columns: ['reservations', 'reservations/s', 'p50 ms', 'p95 ms', 'p99 ms', 'worst ms'],
    rows: [[system.label, rate, at(50), at(95), at(99), at(100)]],
  };
}
