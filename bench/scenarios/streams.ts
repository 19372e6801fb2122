import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamJob, StreamsRead } from '../load/stream-job.ts';
import { startHttpGenerator, startJobProcess } from '../load/worker-process.ts';
import { percentile } from '../report/statistics.ts';
import { figure } from '../report/table.ts';
import { type Bench, type Scenario, verify } from '../scenario.ts';
import { countAttendance, createEvent } from '../system/events.ts';
import { startHost } from '../system/host.ts';
import { withOwnResources } from '../system/own-resources.ts';
import { people, tokensOf } from '../system/people.ts';
import { type PostgresServer, startPostgres } from '../system/postgres.ts';
import { cpuSeconds, memoryOf } from '../system/process-figures.ts';

const scansPerSecond = 22;
const eventId = 'door';

interface Variant {
  readonly name: string;
  readonly streams: number;
  readonly selection: string;
}

const counted = 'id ticketId gate checkedInAt checkedInBy { username }';
/** A hundred streams for each of ten people. */
const watching = 10;
const environment = { LIMIT_VIEWER_STREAMS: '100' };

const variants: readonly Variant[] = [
  { name: 'nobody watches', streams: 0, selection: counted },
  { name: '1,000 watch, attendance alone is asked', streams: 1_000, selection: counted },
  { name: '1,000 watch, ten people asked for', streams: 1_000, selection: `${counted} event { name }` },
];

interface Measured {
  readonly variant: Variant;
  readonly scans: number;
  readonly read: StreamsRead | undefined;
  /** Of a core. */
  readonly cpu: number;
  readonly idle: number;
  readonly resident: number;
  readonly scanP99: number;
}

export const streams: Scenario = {
  name: 'streams',
  about: 'from a scan until each of 1,000 who watch the event has it, at 22 scans a second',
  run: async (bench) => {
    const postgres = await startPostgres(bench);
    const measured: Measured[] = [];
    for (const [index, variant] of variants.entries()) {
      bench.say(variant.name);
      measured.push(await withOwnResources(bench, (own) => measure(own, postgres, variant, index)));
    }
    return { tables: [tableOf(measured)], targets: [] };
  },
};

async function measure(
  bench: Bench,
  postgres: PostgresServer,
  variant: Variant,
  index: number,
): Promise<Measured> {
  const seconds = bench.quick ? 5 : 60;
  const DATABASE_URL = await postgres.createDatabase(`streams_${index}`);
  const host = await startHost(bench, { environment: { ...environment, DATABASE_URL } });
  await createEvent(host.origin, eventId);
  const scan = await scanning(bench, host.origin);
  await scan('warm', bench.quick ? 2 : 10);
  const idle = memoryOf(host.pid).resident;
  const read = await watch(bench, host.origin, variant);
  const before = cpuSeconds(host.pid);
  const { latencies, accepted } = await scan('timed', seconds);
  const scans = accepted.length;
  const all = await read?.(scans);
  const cpu = (cpuSeconds(host.pid) - before) / seconds;
  verify(scans === scansPerSecond * seconds, `${scans} of ${scansPerSecond * seconds} scans were accepted`);
  const { logged } = await countAttendance(host.origin, eventId);
  verify(logged >= scans, `${logged} check-ins are in the log, and ${scans} were answered`);
  const { resident } = memoryOf(host.pid);
  return { variant, scans, read: all, cpu, idle, resident, scanP99: percentile(latencies, 99) };
}

async function scanning(bench: Bench, origin: string) {
  const generator = startHttpGenerator(bench);
  const tokens = tokensOf(people('SCANNER', 32));
  return async (series: string, seconds: number) =>
    await generator.run({
      origins: [origin],
      tokens,
      operation: { kind: 'scan', eventId, series },
      pace: { kind: 'open', perSecond: scansPerSecond },
      until: { seconds },
    });
}

/** Opens the streams. Answers how to wait until each of them has so many scans. */
async function watch(bench: Bench, origin: string, { streams: count, selection }: Variant) {
  if (count === 0) return undefined;
  const reader = startJobProcess<StreamJob, StreamsRead>(bench, { script: 'bench/load/stream-reader.ts' });
  await reader.run({
    kind: 'open',
    origin,
    tokens: tokensOf(people('COMMITTEE', watching)),
    streams: count,
    query: `subscription ($eventId: ID!) { checkIns(eventId: $eventId) { ${selection} } }`,
    variables: { eventId },
  });
  // Until the last of them has looked for its event.
  await sleep(1_000);
  return async (events: number) => {
    const read = await reader.run({ kind: 'read', events, patience: 30_000 });
    const { incomplete, repeated, firstError } = read;
    verify(incomplete === 0, `${incomplete} of ${count} streams had not each scan: ${firstError}`);
    verify(repeated === 0, `${repeated} events came twice`);
    return read;
  };
}

function tableOf(measured: readonly Measured[]) {
  return {
    title: `A scan at those who watch, ${scansPerSecond} scans a second, PostgreSQL, one host`,
    columns: [
      'streams',
      'events',
      'p50 ms',
      'p99 ms',
      'largest ms',
      'CPU of a core',
      'idle MiB',
      'then MiB',
      'scan p99 ms',
    ],
    rows: measured.map(({ variant, read, cpu, idle, resident, scanP99 }) => {
      const at = (share: number) => (read ? figure(percentile(read.delays, share)) : '-');
      const events = read ? String(read.delays.length) : '-';
      const own = [figure(cpu), figure(idle), figure(resident), figure(scanP99)];
      return [variant.name, events, at(50), at(99), at(100), ...own];
    }),
  };
}
