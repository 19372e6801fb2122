import type { Queryable, Transaction } from '@tixgo/platform/database/database.ts';
import { violatedConstraint } from '@tixgo/platform/database/failures.ts';
import type { IdKey, Page } from '@tixgo/platform/graphql/connection.ts';
import { and, desc, eq, inArray, lt, or, type SQL, sql } from 'drizzle-orm';
import type { TicketImport } from '../domain/ticket-import.ts';
import { importErrors, importedTickets, ticketImports } from './tables.ts';

type ImportRow = typeof ticketImports.$inferSelect;

function importOf({ startedById, startedByUsername, ...row }: ImportRow): TicketImport {
  const { seenAt, cleared, deleted, ...told } = row;
  return { ...told, startedBy: { id: startedById, username: startedByUsername } };
}

export type NewTicketImport = Pick<
  TicketImport,
  'id' | 'eventId' | 'fileName' | 'mode' | 'startedBy' | 'bytesTotal' | 'startedAt'
>;

/** Undefined while another import of the event is RUNNING. */
export async function insertImport(
  database: Queryable,
  { startedBy, ...begun }: NewTicketImport,
): Promise<TicketImport | undefined> {
  const row = { ...begun, startedById: startedBy.id, startedByUsername: startedBy.username };
  try {
    const [kept] = await database
      .insert(ticketImports)
      .values({ ...row, status: 'RUNNING' })
      .returning();
    return kept && importOf(kept);
  } catch (error) {
    if (violatedConstraint(error) === 'ticket_import_running') return undefined;
    throw error;
  }
}

const running = (id: string) => and(eq(ticketImports.id, id), eq(ticketImports.status, 'RUNNING'));

/** What was read since the last time. */
export interface ImportProgress
  extends Pick<TicketImport, 'rowsRead' | 'rowsTaken' | 'rowsBad' | 'bytesRead'> {
  /** Of the part that the header was in. */
  readonly ignoredColumns?: readonly string[] | undefined;
}

/** @returns whether it is RUNNING still */
export async function advanceImport(
  transaction: Transaction,
  id: string,
  { rowsRead, rowsTaken, rowsBad, bytesRead, ignoredColumns }: ImportProgress,
): Promise<boolean> {
  const { rowCount } = await transaction
    .update(ticketImports)
    .set({
      rowsRead: sql`${ticketImports.rowsRead} + ${rowsRead}`,
      rowsTaken: sql`${ticketImports.rowsTaken} + ${rowsTaken}`,
      rowsBad: sql`${ticketImports.rowsBad} + ${rowsBad}`,
      bytesRead: sql`${ticketImports.bytesRead} + ${bytesRead}`,
      ...(ignoredColumns && { ignoredColumns: [...ignoredColumns] }),
      seenAt: sql`now()`,
    })
    .where(running(id));
  return rowCount === 1;
}

/** @returns whether it is RUNNING still */
export async function noteImportAlive(database: Queryable, id: string): Promise<boolean> {
  const { rowCount } = await database.update(ticketImports).set({ seenAt: sql`now()` }).where(running(id));
  return rowCount === 1;
}

/** How a RUNNING import ends; undefined when it has ended otherwise before. */
export async function endImport(
  database: Queryable,
  id: string,
  end: Pick<TicketImport, 'status' | 'failure'> & { readonly finishedAt: Date },
): Promise<TicketImport | undefined> {
  const [row] = await database.update(ticketImports).set(end).where(running(id)).returning();
  return row && importOf(row);
}

/**
 * Ends imports whose process has gone: those that said nothing for a while.
 * @param silence in seconds; 0 for all of them
 */
export async function failSilentImports(
  database: Queryable,
  silence: number,
  end: { readonly failure: string; readonly finishedAt: Date },
): Promise<void> {
  await database
    .update(ticketImports)
    .set({ ...end, status: 'FAILED' })
    .where(
      and(
        sql`${ticketImports.status} = 'RUNNING'`,
        sql`${ticketImports.seenAt} <= now() - make_interval(secs => ${silence})`,
      ),
    );
}

/** With its row held until the transaction ends; scans that found its tickets are over then. */
export async function lockImport(transaction: Transaction, id: string): Promise<TicketImport | undefined> {
  const [row] = await transaction
    .select()
    .from(ticketImports)
    .where(and(eq(ticketImports.id, id), eq(ticketImports.deleted, false)))
    .for('update');
  return row && importOf(row);
}

/** From here on nobody sees them, and their tickets do not count. */
export async function hideImports(database: Queryable, which: SQL, now: Date): Promise<void> {
  await database
    .update(ticketImports)
    .set({
      deleted: true,
      // One that is being read ends with it.
      status: sql`case when ${ticketImports.status} = 'RUNNING' then 'CANCELED' else ${ticketImports.status} end`,
      finishedAt: sql`coalesce(${ticketImports.finishedAt}, ${now.toISOString()}::timestamptz)`,
    })
    .where(which);
}

export const importOfId = (id: string): SQL => eq(ticketImports.id, id);
export const importsOfEvent = (eventId: string): SQL => eq(ticketImports.eventId, eventId);

export async function findImports(
  database: Queryable,
  ids: readonly string[],
): Promise<Map<string, TicketImport>> {
  if (ids.length === 0) return new Map();
  const rows = await database
    .select()
    .from(ticketImports)
    .where(and(inArray(ticketImports.id, [...ids]), eq(ticketImports.deleted, false)));
  return new Map(rows.map((row) => [row.id, importOf(row)]));
}

/** Newest first, one more than the page where there is one. */
export async function listImports(
  database: Queryable,
  eventId: string,
  { first, after }: Page<IdKey>,
): Promise<TicketImport[]> {
  const rows = await database
    .select()
    .from(ticketImports)
    .where(
      and(importsOfEvent(eventId), eq(ticketImports.deleted, false), after && lt(ticketImports.id, after[0])),
    )
    .orderBy(desc(ticketImports.id))
    .limit(first + 1);
  return rows.map(importOf);
}

/** An import that left rows behind which are to go. */
export async function findImportToClear(
  database: Queryable,
): Promise<Pick<ImportRow, 'id' | 'cleared' | 'deleted'> | undefined> {
  const { id, status, cleared, deleted } = ticketImports;
  const [row] = await database
    .select({ id, cleared, deleted })
    .from(ticketImports)
    .where(or(eq(deleted, true), and(eq(cleared, false), inArray(status, ['FAILED', 'CANCELED']))))
    .limit(1);
  return row;
}

/**
 * Removes some of what an import left. Rows that another import is taking over are passed by: two that wait for one
 * another's rows would be a deadlock.
 * @returns whether there may be more
 */
export async function removeLeftovers(
  database: Queryable,
  what: 'tickets' | 'errors',
  importId: string,
  most: number,
): Promise<boolean> {
  const table = what === 'tickets' ? importedTickets : importErrors;
  const { rows } = await database.execute<{ left: boolean }>(sql`
    with removed as (
      delete from ${table} where ctid = any(array(
        select ctid from ${table} where import_id = ${importId} limit ${most} for update skip locked))
      returning 1
    )
    select (select count(*) from removed) > 0
      or exists (select from ${table} where import_id = ${importId}) as "left"`);
  return rows[0]?.left ?? false;
}

export async function noteImportCleared(database: Queryable, id: string): Promise<void> {
  await database.update(ticketImports).set({ cleared: true }).where(eq(ticketImports.id, id));
}

export async function removeImport(database: Queryable, id: string): Promise<void> {
  await database.delete(ticketImports).where(eq(ticketImports.id, id));
}
