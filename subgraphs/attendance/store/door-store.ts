import type { Queryable, Transaction } from '@tixgo/platform/database/database.ts';
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Door } from '../domain/door.ts';
import type { ListedTicket } from '../domain/listed-ticket.ts';
import { doors, eventTallies, listedTickets } from './tables.ts';

const doorColumns = {
  eventId: doors.eventId,
  status: doors.status,
  admission: doors.admission,
  entryPolicy: doors.entryPolicy,
  timezone: doors.timezone,
  gates: doors.gates,
  updatedAt: doors.updatedAt,
};

export async function findDoors(database: Queryable, eventIds: readonly string[]): Promise<Door[]> {
  return await database
    .select(doorColumns)
    .from(doors)
    .where(and(inArray(doors.eventId, [...eventIds]), eq(doors.deleted, false)));
}

export async function findDoor(database: Queryable, eventId: string): Promise<Door | undefined> {
  const [door] = await findDoors(database, [eventId]);
  return door;
}

export interface DoorWithTickets {
  readonly door: Door;
  /** By id. */
  readonly issued: ReadonlyMap<string, ListedTicket>;
}

/**
 * As findDoor; of an OPEN door also which of some ids are those of tickets issued for its event. In one statement,
 * because every batch of scans asks.
 */
export async function findDoorWithTickets(
  database: Queryable,
  eventId: string,
  ids: readonly string[],
): Promise<DoorWithTickets | undefined> {
  if (ids.length === 0) {
    const door = await findDoor(database, eventId);
    return door && { door, issued: new Map() };
  }
  const rows = await database
    .select({ door: doorColumns, ticket: listedTickets })
    .from(doors)
    .leftJoin(
      listedTickets,
      and(
        eq(doors.admission, 'OPEN'),
        eq(listedTickets.eventId, doors.eventId),
        sql`${listedTickets.ticketId} in (select jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb))`,
      ),
    )
    .where(and(eq(doors.eventId, eventId), eq(doors.deleted, false)));
  const [first] = rows;
  if (!first) return undefined;
  const issued = rows.flatMap(({ ticket }) => (ticket ? [[ticket.ticketId, ticket] as const] : []));
  return { door: first.door, issued: new Map(issued) };
}

/** Facts may come twice and late: only what is newer than what is known counts. */
const isNewer = sql`${doors.updatedAt} < excluded.updated_at`;

/** Keeps what is known of an event, and makes its counter row: there is no door without one. */
export async function keepDoor(database: Transaction, door: Door): Promise<void> {
  const { eventId, ...known } = door;
  const row = { ...known, gates: [...known.gates] };
  await database
    .insert(doors)
    .values({ eventId, ...row })
    .onConflictDoUpdate({ target: doors.eventId, set: row, setWhere: isNewer });
  await database.insert(eventTallies).values({ eventId }).onConflictDoNothing();
}

/** A door that was never known is not made known by its end: nobody can ask for it. */
export async function closeDoor(database: Queryable, eventId: string, updatedAt: Date): Promise<void> {
  await database.update(doors).set({ deleted: true, updatedAt }).where(eq(doors.eventId, eventId));
}
