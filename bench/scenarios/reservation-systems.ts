import { join } from 'node:path';
import { startHttpGenerator } from '../load/worker-process.ts';
import { type Bench, verify } from '../scenario.ts';
import { startHost } from '../system/host.ts';
import { people, tokensOf } from '../system/people.ts';
import { type PostgresServer, query } from '../system/postgres.ts';
import { countSales, createSale, readSaleRows } from '../system/sales.ts';
import type { ComparedSystem } from './comparison.ts';
import { type Coalescing, uncoalescedHost } from './scan-systems.ts';

const eventId = 'hot';
/** More than any run can reserve. */
const capacity = 1_000_000;

/** A system that sells one type; its orders outlive the run, so that no sweep is part of it. */
export async function reservationSystem(
  bench: Bench,
  postgres: PostgresServer,
  coalescing: Coalescing,
  { label = coalescing, poolSize }: { label?: string; poolSize?: number } = {},
): Promise<ComparedSystem> {
  const databaseUrl = await postgres.createDatabase(`reservations_${label.replaceAll(/\W/g, '_')}`);
  const profileFolder = bench.profiles && join(bench.profiles, label);
  const host = await startHost(bench, {
    environment: {
      DATABASE_URL: databaseUrl,
      ORDER_WINDOW_SECONDS: '3600',
      ...(poolSize !== undefined && { DATABASE_POOL_SIZE: String(poolSize) }),
    },
    ...(coalescing === 'single' && { script: uncoalescedHost }),
    ...(profileFolder !== undefined && {
      nodeArguments: ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`],
    }),
  });
  const typeId = await createSale(host.origin, eventId, capacity);
  const generator = startHttpGenerator(bench);
  const tokens = tokensOf(people('USER', 2_000));
  return {
    label,
    pid: host.pid,
    profileFolder,
    load: async ({ pace, until }) =>
      await generator.run({
        origins: [host.origin],
        tokens,
        operation: { kind: 'reserve', eventId, typeId, quantities: [1] },
        pace,
        until,
      }),
    meanBatch: () => meanBatch(databaseUrl),
    verifyKept: async (accepted) => {
      const { reserved, available } = await countSales(host.origin, eventId);
      const { pending } = await readSaleRows(databaseUrl, eventId);
      verify(
        reserved === accepted.size,
        `${accepted.size} orders were made, ${reserved} tickets reserved (${label})`,
      );
      verify(available === capacity - reserved, `${available} tickets are available (${label})`);
      verify(pending.length === accepted.size, `${pending.length} orders are kept (${label})`);
      verify(
        pending.every((id) => accepted.has(id)),
        `an order is kept that nobody was told of (${label})`,
      );
    },
  };
}

/** Rows of one transaction carry its id, and nothing changes an order that nobody pays. */
async function meanBatch(databaseUrl: string): Promise<number> {
  const { rows } = await query(
    databaseUrl,
    'select count(*)::float8 / count(distinct xmin::text) as mean from ticket."order"',
  );
  return rows[0]?.mean ?? Number.NaN;
}
