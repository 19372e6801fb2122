import { join } from 'node:path';
import type { JobResult } from '../load/job.ts';
import type { Pace, Until } from '../load/pace.ts';
import { startHttpGenerator, startWorker } from '../load/worker-process.ts';
import type { Bench } from '../scenario.ts';
import { createEvent } from '../system/events.ts';
import { startHost } from '../system/host.ts';
import { jwtSecret, people, tokensOf } from '../system/people.ts';
import type { PostgresServer } from '../system/postgres.ts';
import { temporaryFolder } from '../system/temporary-folder.ts';

export type Coalescing = 'coalesced' | 'single';

export interface ScanLoad {
  /** Part of the ticket ids, different for every load. */
  readonly series: string;
  readonly pace: Pace;
  readonly until: Until;
}

/** A system with one event whose door is open; the same in all but one thing as the one it is compared with. */
export interface ScanSystem {
  readonly label: string;
  readonly coalescing: Coalescing;
  readonly eventId: string;
  /** Of the process that decides the scans. */
  readonly pid: number;
  /** Where its counts are read. */
  readonly origin: string;
  /** Undefined: embedded. */
  readonly databaseUrl: string | undefined;
  /** Where its CPU profile will be, once it has stopped. */
  readonly profileFolder: string | undefined;
  scan(load: ScanLoad): Promise<JobResult>;
}

interface SystemSettings {
  readonly label: string;
  readonly coalescing: Coalescing;
  readonly environment: Readonly<Record<string, string>>;
}

const uncoalescedHost = 'bench/servers/uncoalesced-host.ts';
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
  return {
    label,
    coalescing,
    eventId,
    pid: host.pid,
    origin: host.origin,
    databaseUrl: environment.DATABASE_URL,
    profileFolder,
    scan: async ({ series, pace, until }) =>
      await generator.run({
        origins: [host.origin],
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
  return {
    label: beside.label,
    coalescing,
    eventId,
    pid: driver.pid,
    origin,
    databaseUrl,
    profileFolder: undefined,
    scan: async ({ series, pace, until }) =>
      await driver.run({ operation: { kind: 'scan', eventId, series }, pace, until }),
  };
}
