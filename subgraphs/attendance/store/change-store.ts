import type { Queryable } from '@tixgo/platform/database/database.ts';
import { and, asc, eq, gt, gte, min, sql } from 'drizzle-orm';
import { outbox } from './tables.ts';

/** One transaction that scanned or undid, by the fact that tells of it. */
export interface ChangeRow {
  readonly factId: string;
  readonly checkInIds: readonly string[];
}

interface ChangesAsked {
  /** Of the facts that tell of changes. */
  readonly type: string;
  readonly eventId: string;
  readonly checkInId: string;
  /** An id that is no younger than those facts; the index is read from there. */
  readonly since: string;
}

/**
 * What changed at an event from the transaction on that made a check-in, which comes first, in the order of their
 * commits: facts are written once a transaction has the event's counter row, which it gives back with its commit.
 * Nothing when there is no such transaction.
 */
export async function readChangesFrom(
  database: Queryable,
  { type, eventId, checkInId, since }: ChangesAsked,
  limit: number,
): Promise<ChangeRow[]> {
  const ofEvent = and(eq(outbox.type, type), eq(outbox.key, eventId), gt(outbox.id, since));
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
  return rows.map(({ factId, payload }) => {
    const { checkInIds } = payload as Pick<ChangeRow, 'checkInIds'>;
    return { factId, checkInIds };
  });
}
