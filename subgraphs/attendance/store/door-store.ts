import type { Queryable, Transaction } from '@tixgo/platform/database/database.ts';
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Door } from '../domain/door.ts';
import { doors, eventTallies } from './tables.ts';

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
