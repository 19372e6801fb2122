import { badUserInput, notFound } from '@tixgo/platform/errors.ts';
import { batchedByArguments } from '@tixgo/platform/graphql/batched-by-arguments.ts';
import {
  type Connection,
  Cursors,
  type Page,
  type PageArguments,
} from '@tixgo/platform/graphql/connection.ts';
import { isUuid } from '@tixgo/platform/ids.ts';
import { cleanOptionalText } from '@tixgo/platform/input-text.ts';
import type { Optional } from '@tixgo/platform/optional-input.ts';
import DataLoader from 'dataloader';
import type { CheckInRecord, ScanDirection } from '../domain/door.ts';
import {
  type CheckInListFilter,
  countCheckIns,
  listCheckIns,
  listRefusals,
  type RefusedScanRecord,
  type ScanListKey,
} from '../store/scan-lists.ts';
import { findCheckIns } from '../store/scan-log.ts';
import {
  type Bucket,
  type EventTally,
  findGateTallies,
  findTallies,
  findTimelines,
  type GateTally,
  type TimeBucket,
} from '../store/tally-store.ts';
import type { AttendanceDependencies } from './dependencies.ts';

export interface CheckInFilterInput {
  readonly gate?: Optional<string>;
  readonly checkedInBy?: Optional<string>;
  readonly search?: Optional<string>;
  readonly direction?: Optional<ScanDirection>;
}

export type CheckInArguments = PageArguments & { readonly filter?: Optional<CheckInFilterInput> };

export type CheckInPage = Connection<CheckInRecord> & { readonly countAll: () => Promise<number> };

/** Reads attendance for one request: however many events are asked about, each field costs one statement or two. */
export interface AttendanceReader {
  tally(eventId: string): Promise<EventTally>;
  gates(eventId: string): Promise<GateTally[]>;
  timeline(eventId: string, bucket: TimeBucket): Promise<Bucket[]>;
  records(eventId: string, args: CheckInArguments): Promise<CheckInPage>;
  refusals(eventId: string, args: PageArguments): Promise<Connection<RefusedScanRecord>>;
  findCheckIn(id: string): Promise<CheckInRecord | undefined>;
  /** @throws NOT_FOUND */
  getCheckIn(id: string): Promise<CheckInRecord>;
}

export const attendanceReader =
  ({ database }: AttendanceDependencies) =>
  (): AttendanceReader => {
    const tallies = new DataLoader<string, EventTally>(async (eventIds) => {
      const found = new Map((await findTallies(database, eventIds)).map((tally) => [tally.eventId, tally]));
      return eventIds.map((eventId) => found.get(eventId) ?? emptyTally(eventId));
    });
    const checkIns = new DataLoader<string, CheckInRecord | undefined>(async (ids) => {
      const found = await findCheckIns(database, ids);
      return ids.map((id) => found.get(id));
    });
    const gates = batchedByArguments(
      async (ids) => byEvent(await findGateTallies(database, ids)),
      () => [],
    );
    const timelines = batchedByArguments(
      async (ids, bucket: TimeBucket) => byEvent(await findTimelines(database, ids, bucket)),
      () => [],
    );
    const records = batchedByArguments(
      async (ids, { page, filter }: { page: Page<ScanListKey>; filter: CheckInListFilter }) =>
        byEvent(await listCheckIns(database, ids, page, filter)),
      () => [],
    );
    const counts = batchedByArguments(
      async (ids, filter: CheckInListFilter) => await countCheckIns(database, ids, filter),
      () => 0,
    );
    const refusals = batchedByArguments(
      async (ids, page: Page<ScanListKey>) => byEvent(await listRefusals(database, ids, page)),
      () => [],
    );
    const findCheckIn = async (id: string) => (isUuid(id) ? await checkIns.load(id) : undefined);

    return {
      tally: async (eventId) => await tallies.load(eventId),
      gates: async (eventId) => await gates(eventId, null),
      timeline: timelines,
      records: async (eventId, args) => {
        const cursors = scanCursors(`records:${eventId}`);
        const page = cursors.page(args);
        const filter = cleanFilter(args.filter);
        const rows = await records(eventId, { page, filter });
        const isFiltered = Object.values(filter).some((value) => value !== null);
        const countAll = async () =>
          isFiltered ? await counts(eventId, filter) : (await tallies.load(eventId)).records;
        return { ...cursors.connection(rows, page, ({ id }) => [id]), countAll };
      },
      refusals: async (eventId, args) => {
        const cursors = scanCursors(`refusals:${eventId}`);
        const page = cursors.page(args);
        return cursors.connection(await refusals(eventId, page), page, ({ id }) => [id]);
      },
      findCheckIn,
      getCheckIn: async (id) => {
        const checkIn = await findCheckIn(id);
        if (!checkIn) throw notFound('check-in');
        return checkIn;
      },
    };
  };

function emptyTally(eventId: string): EventTally {
  return { eventId, checkedIn: 0, inside: 0, refused: 0, records: 0, expected: null };
}

function byEvent<Row extends { readonly eventId: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const grouped = new Map<string, Row[]>();
  for (const row of rows) {
    const group = grouped.get(row.eventId);
    if (group) group.push(row);
    else grouped.set(row.eventId, [row]);
  }
  return grouped;
}

function scanCursors(list: string): Cursors<ScanListKey> {
  return new Cursors(list, (values) => values.length === 1 && isUuid(values[0] ?? ''));
}

function cleanFilter(filter: Optional<CheckInFilterInput>): CheckInListFilter {
  const checkedInBy = filter?.checkedInBy ?? null;
  if (checkedInBy !== null && !isUuid(checkedInBy))
    throw badUserInput('filter.checkedInBy', 'filter.checkedInBy is not the id of a user.');
  return {
    checkedInBy,
    direction: filter?.direction ?? null,
    gate: cleanOptionalText(filter?.gate, { field: 'filter.gate', max: 64 }),
    search: cleanOptionalText(filter?.search, { field: 'filter.search', max: 100 }),
  };
}
