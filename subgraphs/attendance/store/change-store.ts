import type { Queryable } from '@tixgo/platform/database/database.ts';
import { ATTENDANCE_CHANGED, type AttendanceChanged } from '@tixgo/schema/facts/attendance.ts';
import { and, asc, eq, gt, gte, min, sql } from 'drizzle-orm';
import { outbox } from './tables.ts';

/** One transaction that scanned or undid, by the fact that tells of it. */
export interface ChangeRow {
  readonly factId: string;
  readonly checkInIds: readonly string[];
}

/**
 * What changed at an event from the transaction on that made a check-in, which comes first, in the order of their
 * commits: facts are written once a transaction has the event's counter row, which it gives back with its commit.
 * Nothing when there is no such transaction.
 * @param since an id that is no younger than those facts; the index is read from there
 */
export async function readChangesFrom(
  database: Queryable,
  { eventId, checkInId, since }: { eventId: string; checkInId: string; since: string },
  limit: number,
): Promise<ChangeRow[]> {
  const ofEvent = and(eq(outbox.type, ATTENDANCE_CHANGED), eq(outbox.key, eventId), gt(outbox.id, since));
  const madeIn = database
    .select({ sequence: min(outbox.sequence) })
    .from(outbox)
    .where(and(ofEvent, sql`${outbox.payload} -> 'checkInIds' ? ${checkInId}`));
  const rows = await database
    .select({ factId: outbox.id, payload: outbox.payload })
    .from(outbox)
    .where(and(ofEvent, gte(outbox.sequence, sql`(${madeIn})`)))
    .orderBy(asc(outbox.sequence))
    .limit(limit);
  return rows.map(({ factId, payload }) => ({ factId, ...(payload as AttendanceChanged) }));
}
