import type { Queryable } from '@tixgo/platform/database/database.ts';
import { containing } from '@tixgo/platform/database/like-pattern.ts';
import type { Page } from '@tixgo/platform/graphql/connection.ts';
import { and, asc, count, desc, eq, gt, ilike, inArray, lt, type SQL, sql } from 'drizzle-orm';
import type { CheckInRecord, RefusalReason, ScanDirection, ScannedBy } from '../domain/door.ts';
import { checkInOf, findCheckIns, isAdmitted, isRefused, selectCheckIns } from './scan-log.ts';
import { scans } from './tables.ts';

export interface CheckInListFilter {
  readonly gate: string | null;
  readonly checkedInBy: string | null;
  readonly search: string | null;
  readonly direction: ScanDirection | null;
}

/** Scan ids sort by time, so that the id alone is the key. */
export type ScanListKey = readonly [id: string];

export interface RefusedScanRecord {
  readonly id: string;
  readonly eventId: string;
  readonly ticketId: string | null;
  readonly reason: RefusalReason;
  readonly gate: string | null;
  readonly at: Date;
  readonly by: ScannedBy;
}

/** Of each event the newest first, one more than the page where there is one; of all events in one statement. */
export async function listCheckIns(
  database: Queryable,
  eventIds: readonly string[],
  page: Page<ScanListKey>,
  filter: CheckInListFilter,
): Promise<CheckInRecord[]> {
  const ids = await database.execute<{ id: string }>(
    newestOfEach(eventIds, page, and(isAdmitted, ...conditionsOf(filter))),
  );
  const found = await findCheckIns(
    database,
    ids.rows.map(({ id }) => id),
  );
  return ids.rows.flatMap(({ id }) => found.get(id) ?? []);
}

/** Oldest first, behind the one of the id, undone ones among them. */
export async function readCheckIns(
  database: Queryable,
  eventId: string,
  after: string | null,
  limit: number,
): Promise<CheckInRecord[]> {
  const rows = await selectCheckIns(database)
    .where(and(eq(scans.eventId, eventId), isAdmitted, after === null ? undefined : gt(scans.id, after)))
    .orderBy(asc(scans.id))
    .limit(limit);
  return rows.map(checkInOf);
}

export async function countCheckIns(
  database: Queryable,
  eventIds: readonly string[],
  filter: CheckInListFilter,
): Promise<Map<string, number>> {
  const rows = await database
    .select({ eventId: scans.eventId, count: count() })
    .from(scans)
    .where(and(inArray(scans.eventId, [...eventIds]), isAdmitted, ...conditionsOf(filter)))
    .groupBy(scans.eventId);
  return new Map(rows.map((row) => [row.eventId, row.count]));
}

export async function listRefusals(
  database: Queryable,
  eventIds: readonly string[],
  page: Page<ScanListKey>,
): Promise<RefusedScanRecord[]> {
  const ids = await database.execute<{ id: string }>(newestOfEach(eventIds, page, isRefused));
  if (ids.rows.length === 0) return [];
  const rows = await database
    .select()
    .from(scans)
    .where(
      inArray(
        scans.id,
        ids.rows.map(({ id }) => id),
      ),
    )
    .orderBy(desc(scans.id));
  return rows.map(refusedScanOf);
}

function refusedScanOf({
  id,
  eventId,
  ticketId,
  reason,
  gate,
  at,
  byId,
  byUsername,
}: typeof scans.$inferSelect): RefusedScanRecord {
  if (reason === null) throw new Error(`Refused scan ${id} has no reason.`);
  return { id, eventId, ticketId, reason, gate, at, by: { id: byId, username: byUsername } };
}

/** One index range per event: a plain `in` would sort all scans of all events to find the newest few of each. */
function newestOfEach(
  eventIds: readonly string[],
  { first, after }: Page<ScanListKey>,
  condition: SQL | undefined,
): SQL {
  const isAfter = after === undefined ? undefined : lt(scans.id, after[0]);
  const ofEvent = sql`${scans.eventId} = wanted.event_id`;
  return sql`
    select newest.id
    from jsonb_array_elements_text(${JSON.stringify(eventIds)}::jsonb) as wanted(event_id)
    cross join lateral (
      select ${scans.id} from ${scans} where ${and(ofEvent, condition, isAfter)}
      order by ${scans.id} desc limit ${first + 1}
    ) as newest
    order by newest.id desc`;
}

function conditionsOf({ gate, checkedInBy, search, direction }: CheckInListFilter): (SQL | undefined)[] {
  return [
    gate === null ? undefined : eq(scans.gate, gate),
    checkedInBy === null ? undefined : eq(scans.byId, checkedInBy),
    search === null ? undefined : ilike(scans.ticketId, containing(search)),
    direction === null ? undefined : eq(scans.direction, direction),
  ];
}
