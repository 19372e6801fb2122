import type { Queryable, Transaction } from '@tixgo/platform/database/database.ts';
import { and, eq, getTableColumns, inArray, isNull, sql } from 'drizzle-orm';
import { caseKey } from '../domain/case-key.ts';
import type { EventDetails, EventRecord, EventStatus, Venue } from '../domain/event.ts';
import { events } from './tables.ts';

const {
  nameKey: _nameKey,
  venueKey: _venueKey,
  cityKey: _cityKey,
  hasAdmissions: _hasAdmissions,
  hasSales: _hasSales,
  deletedAt: _deletedAt,
  ...columns
} = getTableColumns(events);

/** What a select of an event reads; the keys, the tombstone and what others told stay in the store. */
export const eventColumns = columns;

export const isLive = isNull(events.deletedAt);

export async function findEvents(database: Queryable, ids: readonly string[]): Promise<EventRecord[]> {
  return await database
    .select(eventColumns)
    .from(events)
    .where(and(inArray(events.id, [...ids]), isLive));
}

/** Holds the row until the transaction ends. */
export async function lockEvent(transaction: Transaction, id: string): Promise<EventRecord | undefined> {
  const [event] = await transaction
    .select(eventColumns)
    .from(events)
    .where(and(eq(events.id, id), isLive))
    .for('update');
  return event;
}

/** Undefined when the id is taken, also by a deleted event. */
export async function insertEvent(
  transaction: Transaction,
  event: EventRecord,
): Promise<EventRecord | undefined> {
  const [inserted] = await transaction
    .insert(events)
    .values({ ...event, nameKey: caseKey(event.name), ...venueKeys(event.venue) })
    .onConflictDoNothing()
    .returning(eventColumns);
  return inserted;
}

const venueKeys = (venue: Venue | null) => ({
  venueKey: venue && caseKey(venue.name),
  cityKey: venue?.city ? caseKey(venue.city) : null,
});

/** `updatedAt` is the version that other services order facts by, so that it grows by at least a millisecond. */
const nextVersion = (now: Date) =>
  sql`greatest(${now.toISOString()}::timestamptz, ${events.updatedAt} + interval '1 millisecond')`;

export async function updateEvent(
  transaction: Transaction,
  id: string,
  change: Partial<EventDetails>,
  now: Date,
): Promise<EventRecord> {
  const [updated] = await transaction
    .update(events)
    .set({
      ...change,
      ...(change.name !== undefined && { nameKey: caseKey(change.name) }),
      ...(change.venue !== undefined && venueKeys(change.venue)),
      updatedAt: nextVersion(now),
    })
    .where(eq(events.id, id))
    .returning(eventColumns);
  if (!updated) throw new Error(`Event ${id} went away while it was locked.`);
  return updated;
}

export type StatusChange = Pick<EventRecord, 'status'> & Partial<Pick<EventRecord, 'cancelReason'>>;

export interface StatusMove {
  readonly id: string;
  readonly from: readonly EventStatus[];
  readonly change: StatusChange;
  readonly now: Date;
}

/** Decided by the update itself: of two at once one moves the status. Undefined when the status did not allow it. */
export async function moveStatus(
  transaction: Transaction,
  { id, from, change, now }: StatusMove,
): Promise<EventRecord | undefined> {
  const [moved] = await transaction
    .update(events)
    .set({ ...change, updatedAt: nextVersion(now) })
    .where(and(eq(events.id, id), isLive, inArray(events.status, [...from])))
    .returning(eventColumns);
  return moved;
}

/** Undefined once somebody ordered or was admitted, as far as the sale and the door have told. */
export async function buryEvent(
  transaction: Transaction,
  id: string,
  now: Date,
): Promise<EventRecord | undefined> {
  const [buried] = await transaction
    .update(events)
    .set({ deletedAt: now, updatedAt: nextVersion(now) })
    .where(and(eq(events.id, id), isLive, eq(events.hasAdmissions, false), eq(events.hasSales, false)))
    .returning(eventColumns);
  return buried;
}

export async function noteAdmissions(transaction: Transaction, id: string): Promise<void> {
  await transaction.update(events).set({ hasAdmissions: true }).where(eq(events.id, id));
}

export async function noteSales(transaction: Transaction, id: string): Promise<void> {
  await transaction.update(events).set({ hasSales: true }).where(eq(events.id, id));
}
