import type { Queryable, Transaction } from '@tixgo/platform/database/database.ts';
import { inArray, sql } from 'drizzle-orm';
import { isExpected, type ListedTicket } from '../domain/listed-ticket.ts';
import { eventTallies, listedTickets } from './tables.ts';

/** Facts may come twice and late: only what is newer than what is known counts. */
const isNewer = sql`${listedTickets.version} < excluded.version`;

/**
 * Keeps what is known of a ticket, and counts it among those expected while it is not canceled. Its event may be
 * unknown still: the counter row is made here as well as with the door.
 */
export async function keepListedTicket(transaction: Transaction, ticket: ListedTicket): Promise<void> {
  const { ticketId, eventId, gates, ...known } = ticket;
  const row = { ...known, gates: gates && [...gates] };
  const [kept] = await transaction
    .insert(listedTickets)
    .values({ ticketId, eventId, ...row })
    .onConflictDoUpdate({
      target: listedTickets.ticketId,
      set: { ...row, wasStanding: sql`${listedTickets.standing}` },
      setWhere: isNewer,
    })
    .returning({ before: listedTickets.wasStanding });
  if (!kept) return;
  const wasExpected = kept.before !== null && isExpected(kept.before);
  await addToExpected(transaction, eventId, Number(isExpected(ticket.standing)) - Number(wasExpected));
}

/** How many tickets more, or fewer, may come. */
export async function addToExpected(
  transaction: Transaction,
  eventId: string,
  change: number,
): Promise<void> {
  if (change === 0) return;
  await transaction
    .insert(eventTallies)
    .values({ eventId, expected: change })
    .onConflictDoUpdate({
      target: eventTallies.eventId,
      set: { expected: sql`${eventTallies.expected} + ${change}` },
    });
}

/** By ticket id. */
export async function findListedTickets(
  database: Queryable,
  ticketIds: readonly string[],
): Promise<Map<string, ListedTicket>> {
  if (ticketIds.length === 0) return new Map();
  const rows = await database
    .select()
    .from(listedTickets)
    .where(inArray(listedTickets.ticketId, [...new Set(ticketIds)]));
  return new Map(rows.map((row) => [row.ticketId, row]));
}
