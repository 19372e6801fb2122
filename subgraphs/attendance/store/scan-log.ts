import type { Queryable, Transaction } from '@tixgo/platform/database/database.ts';
import { and, asc, eq, getTableColumns, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { CheckInRecord, Refusal, Scan } from '../domain/door.ts';
import { scans, ticketStates } from './tables.ts';

const undoing = alias(scans, 'undoing');

export type ScanRow = typeof scans.$inferSelect;
type NewScanRow = typeof scans.$inferInsert;

/** Accepted scans, each with the moment that it was undone. */
export function selectCheckIns(database: Queryable) {
  return database
    .select({ scan: scans, undoneAt: undoing.at })
    .from(scans)
    .leftJoin(undoing, and(eq(undoing.undoes, scans.id), sql`${undoing.outcome} = 'UNDONE'`))
    .$dynamic();
}

/** Literals, since a partial index serves no condition whose value is a parameter of a prepared statement. */
export const isAdmitted: SQL = sql`${scans.outcome} = 'ADMITTED'`;
export const isRefused: SQL = sql`${scans.outcome} = 'REFUSED'`;

export function checkInOf({ scan, undoneAt }: { scan: ScanRow; undoneAt: Date | null }): CheckInRecord {
  const { id, eventId, ticketId, direction, gate, at, byId, byUsername, forced } = scan;
  if (ticketId === null) throw new Error(`Check-in ${id} has no ticket.`);
  return {
    id,
    eventId,
    ticketId,
    direction,
    gate,
    at,
    by: { id: byId, username: byUsername },
    forced,
    undoneAt,
  };
}

export async function findCheckIns(
  database: Queryable,
  ids: readonly string[],
): Promise<Map<string, CheckInRecord>> {
  if (ids.length === 0) return new Map();
  const rows = await selectCheckIns(database).where(and(inArray(scans.id, [...ids]), isAdmitted));
  return new Map(rows.map((row) => [row.scan.id, checkInOf(row)]));
}

/** Of each ticket the check-in that last let it in, and so answers when it is refused. */
export async function findLastEntries(
  database: Queryable,
  eventId: string,
  ticketIds: readonly string[],
): Promise<CheckInRecord[]> {
  if (ticketIds.length === 0) return [];
  const rows = await selectCheckIns(database)
    .innerJoin(ticketStates, eq(ticketStates.lastEntry, scans.id))
    .where(and(eq(ticketStates.eventId, eventId), inArray(ticketStates.ticketId, [...ticketIds])));
  return rows.map(checkInOf);
}

/** As one parameter, whatever their number: an insert of drizzle's has one for each column of each row. */
export async function appendScans(transaction: Transaction, rows: readonly NewScanRow[]): Promise<void> {
  if (rows.length === 0) return;
  // In one order everywhere, so that two batches with some of the same nonces cannot deadlock.
  const ordered = rows.toSorted((a, b) => compare(nonceOf(a), nonceOf(b)));
  const records = JSON.stringify(ordered.map(recordOf));
  await transaction.execute(
    sql`insert into ${scans} select * from jsonb_populate_recordset(null::${scans}, ${records}::jsonb)`,
  );
}

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));
const nonceOf = ({ nonce, byId }: NewScanRow) => `${nonce ?? ''} ${byId}`;

const scanColumns = Object.entries(getTableColumns(scans)) as [keyof NewScanRow, { readonly name: string }][];

function recordOf(row: NewScanRow): Record<string, unknown> {
  return Object.fromEntries(
    scanColumns.map(([key, { name }]) => [name, row[key] ?? (key === 'forced' ? false : null)]),
  );
}

function scanRow(eventId: string, scan: Scan): Omit<NewScanRow, 'outcome'> {
  const { id, ticketId, direction, gate, at, by, nonce, deviceTime } = scan;
  return {
    id,
    eventId,
    ticketId,
    direction,
    gate,
    at,
    byId: by.id,
    byUsername: by.username,
    nonce,
    deviceTime,
  };
}

export function admittedRow(eventId: string, scan: Scan, ordinal: number, forced: boolean): NewScanRow {
  return { ...scanRow(eventId, scan), outcome: 'ADMITTED', ordinal, forced };
}

export function refusedRow(eventId: string, scan: Scan, { reason, ticketId, previous }: Refusal): NewScanRow {
  return {
    ...scanRow(eventId, scan),
    ticketId,
    outcome: 'REFUSED',
    reason,
    previousId: previous?.id ?? null,
  };
}

export async function findEarlierScans(
  transaction: Transaction,
  eventId: string,
  sent: readonly { readonly byId: string; readonly nonce: string }[],
): Promise<ScanRow[]> {
  if (sent.length === 0) return [];
  return await transaction
    .select()
    .from(scans)
    .where(
      and(
        eq(scans.eventId, eventId),
        inArray(
          scans.nonce,
          sent.map(({ nonce }) => nonce),
        ),
        inArray(
          scans.byId,
          sent.map(({ byId }) => byId),
        ),
      ),
    );
}

/** The accepted scans of a ticket that stand, in their order. */
export async function findStandingScans(
  transaction: Transaction,
  eventId: string,
  ticketId: string,
): Promise<CheckInRecord[]> {
  const rows = await selectCheckIns(transaction)
    .where(and(eq(scans.eventId, eventId), eq(scans.ticketId, ticketId), isAdmitted, isNull(undoing.id)))
    .orderBy(asc(scans.ordinal));
  return rows.map(checkInOf);
}
