import type { Queryable, Transaction } from '@tixgo/platform/database/database.ts';
import { and, asc, eq, exists, isNull, lt, notExists, sql } from 'drizzle-orm';
import type { SaleEvent } from '../domain/sale-event.ts';
import { ordersToUnwind } from './order-store.ts';
import { orders, saleEvents, ticketTypes } from './tables.ts';

const columns = {
  id: saleEvents.id,
  status: saleEvents.status,
  capacity: saleEvents.capacity,
  gates: saleEvents.gates,
  endsAt: saleEvents.endsAt,
  updatedAt: saleEvents.updatedAt,
  hasSales: saleEvents.hasSales,
};

const ofLive = (id: string) => and(eq(saleEvents.id, id), eq(saleEvents.deleted, false));

export async function findSaleEvent(database: Queryable, id: string): Promise<SaleEvent | undefined> {
  const [event] = await database.select(columns).from(saleEvents).where(ofLive(id));
  return event;
}

/** Holds the row until the transaction ends: types of one event are added one after another. */
export async function lockSaleEvent(transaction: Transaction, id: string): Promise<SaleEvent | undefined> {
  const [event] = await transaction.select(columns).from(saleEvents).where(ofLive(id)).for('update');
  return event;
}

/** Facts may come twice and late: only what is newer than what is known counts. */
const isNewer = sql`${saleEvents.updatedAt} < excluded.updated_at`;

/** Keeps what is known of an event. */
export async function keepSaleEvent(
  transaction: Transaction,
  { hasSales: _hasSales, ...event }: Omit<SaleEvent, 'hasSales'> & { hasSales?: boolean },
): Promise<void> {
  await lockTypesOf(transaction, event.id);
  const row = { ...event, gates: [...event.gates] };
  await transaction
    .insert(saleEvents)
    .values(row)
    .onConflictDoUpdate({ target: saleEvents.id, set: row, setWhere: isNewer });
}

/**
 * Ends an event for good, as canceled, so that what it may have sold in the meantime is unwound. One that was never known
 * is kept as well: what its owner said of it before may come later.
 */
export async function burySaleEvent(transaction: Transaction, id: string, updatedAt: Date): Promise<void> {
  await lockTypesOf(transaction, id);
  const end = { status: 'CANCELED', deleted: true, updatedAt } as const;
  await transaction
    .insert(saleEvents)
    .values({ id, capacity: null, gates: [], endsAt: updatedAt, ...end })
    .onConflictDoUpdate({ target: saleEvents.id, set: end });
}

/** A reservation holds the types too and reads their event behind that: none is made on an event that this calls off. */
export async function lockTypesOf(transaction: Transaction, eventId: string): Promise<void> {
  await transaction
    .select({ id: ticketTypes.id })
    .from(ticketTypes)
    .where(eq(ticketTypes.eventId, eventId))
    .orderBy(asc(ticketTypes.id))
    .for('update');
}

/** Whether this was the first sale. */
export async function noteSales(transaction: Transaction, id: string): Promise<boolean> {
  const noted = await transaction
    .update(saleEvents)
    .set({ hasSales: true })
    .where(and(eq(saleEvents.id, id), eq(saleEvents.hasSales, false)))
    .returning({ id: saleEvents.id });
  return noted.length > 0;
}

const isUnwinding = and(sql`${saleEvents.status} = 'CANCELED'`, isNull(saleEvents.unwoundAt));

const ordersLeft = (database: Queryable) =>
  database.select({ id: orders.id }).from(orders).where(ordersToUnwind(saleEvents.id));

/** Canceled and deleted events with orders that are to be called off, the longest canceled first. */
export async function findEventsToUnwind(database: Queryable, limit: number): Promise<string[]> {
  const found = await database
    .select({ id: saleEvents.id })
    .from(saleEvents)
    .where(and(isUnwinding, exists(ordersLeft(database))))
    .orderBy(asc(saleEvents.updatedAt))
    .limit(limit);
  return found.map(({ id }) => id);
}

/** Those that have none, and were canceled before this time. */
export async function findUnwoundEvents(database: Queryable, before: Date, limit: number): Promise<string[]> {
  const found = await database
    .select({ id: saleEvents.id })
    .from(saleEvents)
    .where(and(isUnwinding, lt(saleEvents.updatedAt, before), notExists(ordersLeft(database))))
    .limit(limit);
  return found.map(({ id }) => id);
}

/** Holds the row until the transaction ends, of one that was deleted too. */
export async function lockUnwinding(transaction: Transaction, id: string): Promise<void> {
  await transaction.select({ id: saleEvents.id }).from(saleEvents).where(eq(saleEvents.id, id)).for('update');
}

/** Since `at` nothing of it is left to be called off; null: something is again. */
export async function noteUnwound(transaction: Transaction, id: string, at: Date | null): Promise<void> {
  await transaction.update(saleEvents).set({ unwoundAt: at }).where(eq(saleEvents.id, id));
}
