import { join } from 'node:path';
import { startHttpGenerator, startWorker } from '../load/worker-process.ts';
import { type Bench, verify } from '../scenario.ts';
import { countAttendance, createEvent } from '../system/events.ts';
import { startHost } from '../system/host.ts';
import { jwtSecret, people, tokensOf } from '../system/people.ts';
import { type PostgresServer, query } from '../system/postgres.ts';
import { temporaryFolder } from '../system/temporary-folder.ts';
import type { ComparedSystem } from './comparison.ts';

export type Coalescing = 'coalesced' | 'single';

/** A system with one event whose door is open. */
export interface ScanSystem extends ComparedSystem {
  readonly coalescing: Coalescing;
  /** Where its counts are read. */
  readonly origin: string;
  /** Undefined: embedded. */
  readonly databaseUrl: string | undefined;
}

interface SystemSettings {
  readonly label: string;
  readonly coalescing: Coalescing;
  readonly environment: Readonly<Record<string, string>>;
}

export const uncoalescedHost = 'bench/servers/uncoalesced-host.ts';
const subgraphDriver = 'bench/servers/subgraph-driver.ts';

/** @param poolSize of the server's database connections; by default what the host has by default */
export async function postgresSystem(
  bench: Bench,
  postgres: PostgresServer,
  coalescing: Coalescing,
  { label = coalescing, poolSize }: { label?: string; poolSize?: number } = {},
): Promise<ScanSystem> {
  const url = await postgres.createDatabase(`scans_${label.replaceAll(/\W/g, '_')}`);
  const pool = poolSize === undefined ? {} : { DATABASE_POOL_SIZE: String(poolSize) };
  return await httpSystem(bench, { label, coalescing, environment: { DATABASE_URL: url, ...pool } });
}

export async function embeddedSystem(bench: Bench, coalescing: Coalescing): Promise<ScanSystem> {
  const environment = { DATA_DIR: await temporaryFolder(bench.resources) };
  return await httpSystem(bench, { label: coalescing, coalescing, environment });
}

async function httpSystem(
  bench: Bench,
  { label, coalescing, environment }: SystemSettings,
): Promise<ScanSystem> {
  const database = environment.DATABASE_URL === undefined ? 'embedded' : 'postgresql';
  const profileFolder = bench.profiles && join(bench.profiles, `${database}-${label}`);
  const host = await startHost(bench, {
    environment,
    ...(coalescing === 'single' && { script: uncoalescedHost }),
    ...(profileFolder !== undefined && {
      nodeArguments: ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`],
    }),
  });
  const eventId = 'door';
  await createEvent(host.origin, eventId);
  const generator = startHttpGenerator(bench);
  const tokens = tokensOf(people('SCANNER', 32));
  const { origin } = host;
  const databaseUrl = environment.DATABASE_URL;
  return {
    label,
    coalescing,
    pid: host.pid,
    origin,
    databaseUrl,
    profileFolder,
    ...countsOf({ label, origin, databaseUrl, eventId }),
    load: async ({ series, pace, until }) =>
      await generator.run({
        origins: [origin],
        tokens,
        operation: { kind: 'scan', eventId, series },
        pace,
        until,
      }),
  };
}

/** The subgraph alone, in process, on the database of a system that stands idle meanwhile and answers for the counts. */
export async function subgraphSystem(bench: Bench, beside: ScanSystem): Promise<ScanSystem> {
  const { coalescing, origin, databaseUrl = '' } = beside;
  const eventId = 'in-process';
  await createEvent(origin, eventId);
  const driver = startWorker(bench, {
    script: subgraphDriver,
    scriptArguments: coalescing === 'single' ? ['--uncoalesced'] : [],
    environment: { DATABASE_URL: databaseUrl, DATA_DIR: 'memory', JWT_SECRET: jwtSecret, LOG_LEVEL: 'warn' },
  });
  const { label } = beside;
  return {
    label,
    coalescing,
    pid: driver.pid,
    origin,
    databaseUrl,
    profileFolder: undefined,
    ...countsOf({ label, origin, databaseUrl, eventId }),
    load: async ({ series, pace, until }) =>
      await driver.run({ operation: { kind: 'scan', eventId, series }, pace, until }),
  };
}

type Counted = Pick<ScanSystem, 'label' | 'origin' | 'databaseUrl'> & { readonly eventId: string };

/** Every counter, the gates, the timeline and the log hold exactly the check-ins that were answered. */
function countsOf({
  label,
  origin,
  databaseUrl,
  eventId,
}: Counted): Pick<ComparedSystem, 'meanBatch' | 'verifyKept'> {
  return {
    meanBatch: async () => (databaseUrl === undefined ? Number.NaN : await meanBatch(databaseUrl, eventId)),
    verifyKept: async ({ size: answered }) => {
      const { refused, ...counts } = await countAttendance(origin, eventId);
      verify(refused === 0, `${refused} scans of new tickets are counted as refused`);
      for (const [name, count] of Object.entries(counts)) {
        verify(count === answered, `${answered} accepted answers, but ${name} is ${count} (${label})`);
      }
    },
  };
}

/** Rows of one transaction carry its id. */
async function meanBatch(databaseUrl: string, eventId: string): Promise<number> {
  const { rows } = await query(
    databaseUrl,
    `select count(*)::float8 / count(distinct xmin::text) as mean from attendance.scan
     where event_id = $1 and ticket_id like 'round-%'`,
    [eventId],
  );
  return rows[0]?.mean ?? Number.NaN;
}
