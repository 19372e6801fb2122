import type { Queryable, Transaction } from '@tixgo/platform/database/database.ts';
import type { Page } from '@tixgo/platform/graphql/connection.ts';
import { and, asc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { type ListingRecord, type ListingStatus, listingSourcesOf } from '../domain/listing.ts';
import { listings, orders, tickets, ticketTypes } from './tables.ts';

export async function findListings(database: Queryable, ids: readonly string[]): Promise<ListingRecord[]> {
  if (ids.length === 0) return [];
  return await database
    .select()
    .from(listings)
    .where(inArray(listings.id, [...ids]));
}

/** Holds the rows until the transaction ends. */
export async function lockListings(
  transaction: Transaction,
  ids: readonly string[],
): Promise<ListingRecord[]> {
  if (ids.length === 0) return [];
  return await transaction
    .select()
    .from(listings)
    .where(inArray(listings.id, [...ids]))
    .orderBy(asc(listings.id))
    .for('update');
}

/** Neither sold nor withdrawn. */
const isActive = inArray(listings.status, ['OPEN', 'RESERVED']);

/** The orders that tickets are of, and those that hold a listing of theirs. */
export async function findOrdersOfTickets(
  database: Queryable,
  ticketIds: readonly string[],
): Promise<string[]> {
  const found = await database
    .select({ own: tickets.orderId, holding: listings.orderId })
    .from(tickets)
    .leftJoin(listings, and(eq(listings.ticketId, tickets.id), isActive))
    .where(inArray(tickets.id, [...ticketIds]));
  return [...new Set(found.flatMap(({ own, holding }) => (holding === null ? [own] : [own, holding])))];
}

/** The order of which another buys a ticket on resale; undefined for one that does not, and once the listing has ended. */
export async function findSellersOrder(database: Queryable, orderId: string): Promise<string | undefined> {
  const [found] = await database
    .select({ id: tickets.orderId })
    .from(orders)
    .innerJoin(listings, and(eq(listings.id, orders.listingId), isActive))
    .innerJoin(tickets, eq(tickets.id, listings.ticketId))
    .where(eq(orders.id, orderId));
  return found?.id;
}

/** Listings of tickets that are neither sold nor withdrawn, held until the transaction ends. */
export async function lockActiveListings(
  transaction: Transaction,
  ticketIds: readonly string[],
): Promise<ListingRecord[]> {
  if (ticketIds.length === 0) return [];
  return await transaction
    .select()
    .from(listings)
    .where(and(inArray(listings.ticketId, [...ticketIds]), isActive))
    .orderBy(asc(listings.id))
    .for('update');
}

export async function insertListing(transaction: Transaction, listing: ListingRecord): Promise<void> {
  await transaction.insert(listings).values(listing);
}

/** @throws when there is no way from the listing's status to the one wanted */
export async function moveListing(
  transaction: Transaction,
  id: string,
  status: ListingStatus,
  orderId: string | null,
): Promise<ListingRecord> {
  const [moved] = await transaction
    .update(listings)
    .set({ status, orderId })
    .where(and(eq(listings.id, id), inArray(listings.status, listingSourcesOf(status))))
    .returning();
  if (!moved) throw new Error(`Listing ${id} cannot become ${status} from where it is.`);
  return moved;
}

/** A price and the id among listings of the same price. */
export type ListingKey = readonly [price: string, id: string];

/** Held by an order whose time is over: open to the next one, though no sweep has come by. */
const isFree = (now: Date): SQL => sql`(${listings.status} = 'OPEN' or exists (
  select from ${orders} where ${orders.id} = ${listings.orderId}
    and ${orders.status} = 'PENDING' and ${orders.heldUntil} <= ${now.toISOString()}::timestamptz))`;

/** The time to come in with it is not over. */
const isValid = (now: Date): SQL => sql`not exists (
  select from ${ticketTypes} where ${ticketTypes.id} = ${listings.typeId}
    and ${ticketTypes.validUntil} <= ${now.toISOString()}::timestamptz)`;

/** Of each event the cheapest first, one more than the page where there is one; of all events in one statement. */
export async function listOpenListings(
  database: Queryable,
  eventIds: readonly string[],
  { first, after }: Page<ListingKey>,
  now: Date,
): Promise<ListingRecord[]> {
  const isAfter =
    after === undefined
      ? sql`true`
      : sql`(${listings.price}, ${listings.id}) > (${Number(after[0])}, ${after[1]}::uuid)`;
  const found = await database.execute<{ id: string }>(sql`
    select cheapest.id
    from jsonb_array_elements_text(${JSON.stringify(eventIds)}::jsonb) as wanted(event_id)
    cross join lateral (
      select ${listings.id} from ${listings}
      where ${listings.eventId} = wanted.event_id and ${listings.status} in ('OPEN', 'RESERVED')
        and ${isFree(now)} and ${isValid(now)} and ${isAfter}
      order by ${listings.price}, ${listings.id} limit ${first + 1}
    ) as cheapest`);
  if (found.rows.length === 0) return [];
  const ids = found.rows.map(({ id }) => id);
  return await database
    .select()
    .from(listings)
    .where(inArray(listings.id, ids))
    .orderBy(asc(listings.price), asc(listings.id));
}
