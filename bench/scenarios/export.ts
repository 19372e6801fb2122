import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../report/statistics.ts';
import { figure } from '../report/table.ts';
import { type Bench, type Scenario, type ScenarioReport, type Target, verify } from '../scenario.ts';
import { countAttendance, createEvent } from '../system/events.ts';
import { readVerified } from '../system/exported-rows.ts';
import { type ExportFormat, openExport, readSlowly, readToEnd, readUntil } from '../system/exports.ts';
import { startHost } from '../system/host.ts';
import { loadCheckIns } from '../system/loaded-check-ins.ts';
import { withOwnResources } from '../system/own-resources.ts';
import { type PageReads, watchPageReads } from '../system/page-reads.ts';
import { startPostgres } from '../system/postgres.ts';
import { forgetPeak, memoryOf } from '../system/process-figures.ts';

const formats: readonly ExportFormat[] = ['CSV', 'JSON'];

/** An event whose export was read and verified. */
interface Subject {
  readonly format: ExportFormat;
  readonly rows: number;
  readonly eventId: string;
  readonly bytes: number;
}

interface Reading {
  /** How the client reads. */
  readonly reader: string;
  /** NaN of a client that does not read to the end. */
  readonly seconds: number;
  /** The most of the host's memory meanwhile, over that of the idle host, in MiB. */
  readonly growth: number;
}

interface Measured extends Subject {
  readonly idle: number;
  readonly readings: readonly Reading[];
}

export const wholeExport: Scenario = {
  name: 'export',
  about: 'What a whole attendance costs the host to send, by its size and by how the client reads',
  run: async (bench) => {
    const postgres = await startPostgres(bench);
    const databaseUrl = await postgres.createDatabase('exports');
    const sizes = bench.quick ? [10_000, 100_000] : [100_000, 1_000_000];
    const subjects = await withOwnResources(bench, (own) => prepareSubjects(own, databaseUrl, sizes));
    const look = await watchPageReads(bench, databaseUrl);
    const measured: Measured[] = [];
    for (const subject of subjects) {
      // On a host of its own: what V8 has not collected yet of one export would count as idle before the next.
      measured.push(
        await withOwnResources(bench, (own) => measure({ bench: own, databaseUrl, look }, subject)),
      );
    }
    return reportOf(measured);
  },
};

/** Loads the events and reads each export once, to the last row. */
async function prepareSubjects(
  bench: Bench,
  databaseUrl: string,
  sizes: readonly number[],
): Promise<Subject[]> {
  const { origin } = await startHost(bench, { environment: { DATABASE_URL: databaseUrl } });
  const subjects: Subject[] = [];
  for (const rows of sizes) {
    bench.say(`loading ${rows} check-ins, and verifying their exports`);
    const eventId = `of-${rows}`;
    await createEvent(origin, eventId);
    await loadCheckIns(databaseUrl, eventId, rows);
    const { logged } = await countAttendance(origin, eventId);
    verify(logged === rows, `${logged} check-ins are in the log, not ${rows}`);
    for (const format of formats) {
      const response = await openExport({ origin, format, eventId });
      subjects.push({
        format,
        rows,
        eventId,
        bytes: await readVerified(response, format, eventId, rows),
      });
    }
  }
  return subjects.sort((a, b) => formats.indexOf(a.format) - formats.indexOf(b.format));
}

interface Surroundings {
  readonly bench: Bench;
  readonly databaseUrl: string;
  readonly look: () => Promise<PageReads>;
}

/** At full speed, by clients that do not stay, and by a slow one: who reads to the end gets the bytes that were verified. */
async function measure(surroundings: Surroundings, subject: Subject): Promise<Measured> {
  const { bench, databaseUrl } = surroundings;
  const { format, rows, bytes } = subject;
  bench.say(`${format} of ${rows} rows`);
  const host = await startHost(bench, { environment: { DATABASE_URL: databaseUrl } });
  await sleep(bench.quick ? 1_000 : 5_000);
  const idle = memoryOf(host.pid).resident;
  const readings: Reading[] = [];
  const read = async (reader: string, way: (response: IncomingMessage) => Promise<number>) => {
    forgetPeak(host.pid);
    const started = performance.now();
    const got = await way(await openExport({ ...subject, origin: host.origin }));
    const seconds = got === bytes ? (performance.now() - started) / 1000 : Number.NaN;
    readings.push({ reader, seconds, growth: memoryOf(host.pid).peak - idle });
    return got;
  };
  const readWhole = async (...reading: Parameters<typeof read>) => {
    const got = await read(...reading);
    verify(got === bytes, `${got} bytes instead of ${bytes}`);
  };
  for (let round = 0; round < (bench.quick ? 1 : 3); round += 1) await readWhole('full speed', readToEnd);
  const bytesPerSecond = bytes / median(readings.map(({ seconds }) => seconds));
  await read('leaves at a quarter', (response) => leave(surroundings, response, bytes / 4));
  await read('stops half-way, leaves', (response) => stall(surroundings, response, bytes / 2));
  await readWhole('a third of the speed', (response) => readSlowly(response, bytesPerSecond / 3));
  return { ...subject, idle, readings };
}

/** In milliseconds: what the host may take to hear that a client left, and to fill a connection that nobody reads. */
const grace = 1_000;
const fillingTime = 15_000;
/** How long it must be silent then. */
const watched = 1_500;

/** @throws unless the host soon reads nothing more for a client that goes away, and holds nothing open */
async function leave(
  { look }: Surroundings,
  response: IncomingMessage,
  bytesBefore: number,
): Promise<number> {
  const got = await readUntil(response, bytesBefore);
  verify((await look()).sinceLast < 2_000, 'no page was read from the database for a client that reads');
  response.destroy();
  await sleep(grace);
  await verifySilence(look, 'left');
  return got;
}

/** @throws unless the host stops with the client, once the connection is full, and `leave` holds */
async function stall(
  { look }: Surroundings,
  response: IncomingMessage,
  bytesBefore: number,
): Promise<number> {
  const got = await readUntil(response, bytesBefore);
  const full = performance.now() + fillingTime;
  while ((await look()).sinceLast < grace && performance.now() < full) await sleep(50);
  await verifySilence(look, 'does not read');
  response.destroy();
  await sleep(grace);
  await verifySilence(look, 'left');
  return got;
}

async function verifySilence(look: Surroundings['look'], what: string): Promise<void> {
  const started = performance.now();
  let elapsed = 0;
  while (elapsed < watched) {
    const { running, sinceLast, longTransactions } = await look();
    verify(running === 0 && sinceLast >= elapsed, `the host reads on for a client that ${what}`);
    verify(longTransactions === 0, `a transaction stays open for a client that ${what}`);
    await sleep(20);
    elapsed = performance.now() - started;
  }
}

function reportOf(measured: readonly Measured[]): ScenarioReport {
  return {
    tables: [
      {
        title: 'Exports by one host on PostgreSQL, each kind by a host of its own',
        columns: ['export', 'client', 'rows/s', 'seconds', 'MB', 'idle RSS MiB', 'largest over it MiB'],
        rows: measured.flatMap(rowsOf),
      },
    ],
    targets: formats.flatMap((format) => targetsOf(measured.filter((each) => each.format === format))),
  };
}

function rowsOf({ format, rows, bytes, idle, readings }: Measured): string[][] {
  return Map.groupBy(readings, ({ reader }) => reader)
    .entries()
    .map(([reader, ofReader]) => {
      const seconds = median(ofReader.map((each) => each.seconds));
      return [
        `${format} of ${rows}`,
        reader,
        figure(rows / seconds),
        figure(seconds),
        figure(bytes / 1e6),
        figure(idle),
        figure(largest(ofReader)),
      ];
    })
    .toArray();
}

const largest = (readings: readonly Reading[]) => Math.max(...readings.map(({ growth }) => growth));

/** Less than the text of a million rows has, and as good as the same whatever their number. */
const mostGrowth = 80;
const mostDifference = 32;

function targetsOf([small, large]: readonly Measured[]): Target[] {
  if (!small || !large) throw new Error('There is nothing to compare.');
  const [ofSmall, ofLarge] = [largest(small.readings), largest(large.readings)];
  return [
    {
      what: `${large.format}: memory over the idle host's, ${large.rows} rows`,
      measured: `${figure(ofLarge)} MiB`,
      wanted: `at most ${mostGrowth} MiB`,
      met: ofLarge <= mostGrowth,
    },
    {
      what: `${large.format}: more of it than for ${small.rows} rows`,
      measured: `${figure(ofLarge - ofSmall)} MiB`,
      wanted: `at most ${mostDifference} MiB`,
      met: ofLarge - ofSmall <= mostDifference,
    },
  ];
}
