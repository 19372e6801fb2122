import type { Queryable, Transaction } from '@tixgo/platform/database/database.ts';
import { asc, eq, inArray, sql } from 'drizzle-orm';
import type { TallyChange } from '../domain/tally.ts';
import { doors, eventTallies, gateTallies, minuteTallies } from './tables.ts';

/** How a batch moves the counters of one event. */
export interface TallyUpdate {
  readonly tickets: TallyChange;
  readonly admitted: number;
  readonly refused: number;
  /** By minute in ISO form. */
  readonly minutes: ReadonlyMap<string, { entries: number; exits: number }>;
}

/** The event's row comes last: every batch of the event waits for it, and so for as little as can be. */
export async function updateTallies(
  transaction: Transaction,
  eventId: string,
  { tickets, admitted, refused, minutes }: TallyUpdate,
): Promise<{ records: number }> {
  const gates = [...tickets.gates].map(([gate, counts]) => ({ eventId, gate, ...counts }));
  if (gates.length > 0) await addToGates(transaction, gates);
  if (minutes.size > 0) await addToMinutes(transaction, eventId, minutes);
  const { checkedIn, inside } = tickets;
  const [tally] = await transaction
    .update(eventTallies)
    .set({
      checkedIn: sql`${eventTallies.checkedIn} + ${checkedIn}`,
      inside: sql`${eventTallies.inside} + ${inside}`,
      refused: sql`${eventTallies.refused} + ${refused}`,
      records: sql`${eventTallies.records} + ${admitted}`,
    })
    .where(eq(eventTallies.eventId, eventId))
    .returning({ records: eventTallies.records });
  if (!tally) throw new Error(`Event ${eventId} has a door and no counters.`);
  return tally;
}

async function addToGates(
  transaction: Transaction,
  rows: (typeof gateTallies.$inferInsert)[],
): Promise<void> {
  await transaction
    .insert(gateTallies)
    .values(rows.sort((a, b) => compare(a.gate, b.gate)))
    .onConflictDoUpdate({
      target: [gateTallies.eventId, gateTallies.gate],
      set: {
        checkedIn: sql`${gateTallies.checkedIn} + excluded.checked_in`,
        inside: sql`${gateTallies.inside} + excluded.inside`,
      },
    });
}

async function addToMinutes(
  transaction: Transaction,
  eventId: string,
  minutes: TallyUpdate['minutes'],
): Promise<void> {
  const rows = [...minutes].sort(([a], [b]) => compare(a, b));
  await transaction
    .insert(minuteTallies)
    .values(rows.map(([minute, counts]) => ({ eventId, minute: new Date(minute), ...counts })))
    .onConflictDoUpdate({
      target: [minuteTallies.eventId, minuteTallies.minute],
      set: {
        entries: sql`${minuteTallies.entries} + excluded.entries`,
        exits: sql`${minuteTallies.exits} + excluded.exits`,
      },
    });
}

/** Rows are locked in one order everywhere, so that two batches cannot deadlock. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

export interface EventTally {
  readonly eventId: string;
  readonly checkedIn: number;
  readonly inside: number;
  readonly refused: number;
  readonly records: number;
  /** Null at an OPEN door. */
  readonly expected: number | null;
}

/** Of events that are not known here: nothing. */
export async function findTallies(database: Queryable, eventIds: readonly string[]): Promise<EventTally[]> {
  const rows = await database
    .select({ tally: eventTallies, admission: doors.admission })
    .from(doors)
    .innerJoin(eventTallies, eq(eventTallies.eventId, doors.eventId))
    .where(inArray(doors.eventId, [...eventIds]));
  return rows.map(({ tally, admission }) => ({
    ...tally,
    expected: admission === 'TICKETED' ? tally.expected : null,
  }));
}

export interface GateTally {
  readonly eventId: string;
  readonly gate: string;
  readonly checkedIn: number;
  readonly inside: number;
}

export async function findGateTallies(
  database: Queryable,
  eventIds: readonly string[],
): Promise<GateTally[]> {
  return await database
    .select()
    .from(gateTallies)
    .where(inArray(gateTallies.eventId, [...eventIds]))
    .orderBy(asc(gateTallies.gate));
}

export const timeBuckets = ['MINUTE', 'QUARTER_HOUR', 'HOUR', 'DAY'] as const;
export type TimeBucket = (typeof timeBuckets)[number];

export interface Bucket {
  readonly eventId: string;
  readonly from: Date;
  readonly entries: number;
  readonly exits: number;
}

/** Hours and days are those of the event's zone: some zones are half an hour off, and clocks change. */
const bucketStart = {
  MINUTE: sql`${minuteTallies.minute}`,
  QUARTER_HOUR: sql`date_bin('15 minutes', ${minuteTallies.minute}, 'epoch'::timestamptz)`,
  HOUR: sql`date_trunc('hour', ${minuteTallies.minute}, ${doors.timezone})`,
  DAY: sql`date_trunc('day', ${minuteTallies.minute}, ${doors.timezone})`,
};

export async function findTimelines(
  database: Queryable,
  eventIds: readonly string[],
  bucket: TimeBucket,
): Promise<Bucket[]> {
  const from = sql<Date>`${bucketStart[bucket]}`.mapWith(minuteTallies.minute).as('from');
  const entries = sql<number>`sum(${minuteTallies.entries})::int`.as('entries');
  const exits = sql<number>`sum(${minuteTallies.exits})::int`.as('exits');
  return await database
    .select({ eventId: minuteTallies.eventId, from, entries, exits })
    .from(minuteTallies)
    .innerJoin(doors, eq(doors.eventId, minuteTallies.eventId))
    .where(inArray(minuteTallies.eventId, [...eventIds]))
    .groupBy(minuteTallies.eventId, sql`2`)
    .having(sql`sum(${minuteTallies.entries} + ${minuteTallies.exits}) > 0`)
    .orderBy(sql`2`);
}
