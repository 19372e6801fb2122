import type { Queryable, Transaction } from '@tixgo/platform/database/database.ts';
import type { IdKey, Page } from '@tixgo/platform/graphql/connection.ts';
import { and, asc, desc, eq, gt, inArray, lt, lte, or, type SQL, sql } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import type { OrderLineRecord, OrderRecord, OrderStatus } from '../domain/order.ts';
import { sourcesOf } from '../domain/order-lifecycle.ts';
import { orderLines, orders } from './tables.ts';

/** All of them in two statements, however many there are. */
export async function insertOrders(
  transaction: Transaction,
  rows: readonly OrderRecord[],
  lines: readonly OrderLineRecord[],
): Promise<void> {
  if (rows.length === 0) return;
  await transaction.insert(orders).values([...rows]);
  await transaction.insert(orderLines).values([...lines]);
}

export async function findOrders(database: Queryable, ids: readonly string[]): Promise<OrderRecord[]> {
  if (ids.length === 0) return [];
  return await database
    .select()
    .from(orders)
    .where(inArray(orders.id, [...ids]));
}

/** Holds the row until the transaction ends. */
export async function lockOrder(transaction: Transaction, id: string): Promise<OrderRecord | undefined> {
  const [order] = await transaction.select().from(orders).where(eq(orders.id, id)).for('update');
  return order;
}

/** As above of several, oldest first. */
export async function lockOrders(transaction: Transaction, ids: readonly string[]): Promise<void> {
  await transaction
    .select({ id: orders.id })
    .from(orders)
    .where(inArray(orders.id, [...ids]))
    .orderBy(asc(orders.id))
    .for('update');
}

export async function findLines(
  database: Queryable,
  orderIds: readonly string[],
): Promise<OrderLineRecord[]> {
  if (orderIds.length === 0) return [];
  return await database
    .select()
    .from(orderLines)
    .where(inArray(orderLines.orderId, [...orderIds]))
    .orderBy(asc(orderLines.typeId));
}

export type OrderChange = Partial<
  Pick<
    OrderRecord,
    'status' | 'heldUntil' | 'payingId' | 'paidById' | 'refundAsked' | 'disputed' | 'refunding' | 'unpaid'
  >
>;

/**
 * Changes orders that are held. A status moves by the transition table alone.
 * @throws when there is no way from an order's status to the one wanted
 */
export async function changeOrders(
  transaction: Transaction,
  ids: readonly string[],
  change: OrderChange,
): Promise<OrderRecord[]> {
  if (ids.length === 0) return [];
  const allowed = change.status === undefined ? undefined : inArray(orders.status, sourcesOf(change.status));
  const changed = await transaction
    .update(orders)
    .set({ ...change, version: sql`${orders.version} + 1` })
    .where(and(inArray(orders.id, [...ids]), allowed))
    .returning();
  if (changed.length < ids.length)
    throw new Error(`An order cannot become ${change.status} from where it is.`);
  return changed;
}

const lapsedOrders = (now: Date) => and(sql`${orders.status} = 'PENDING'`, lte(orders.heldUntil, now));

export async function hasLapsedOrders(database: Queryable, eventId: string, now: Date): Promise<boolean> {
  const [found] = await database
    .select({ id: orders.id })
    .from(orders)
    .where(and(lapsedOrders(now), eq(orders.eventId, eventId)))
    .limit(1);
  return found !== undefined;
}

/** Those whose time is over, in the order of their ids. Several replicas sweep past one another. */
export async function lockLapsedOrders(
  transaction: Transaction,
  now: Date,
  limit: number,
): Promise<OrderRecord[]> {
  return await transaction
    .select()
    .from(orders)
    .where(lapsedOrders(now))
    .orderBy(asc(orders.id))
    .limit(limit)
    .for('update', { skipLocked: true });
}

/** As above of one event, and waiting for those that another holds: whoever asks wants to know what is left. */
export async function lockLapsedOrdersOf(
  transaction: Transaction,
  eventId: string,
  now: Date,
): Promise<OrderRecord[]> {
  return await transaction
    .select()
    .from(orders)
    .where(and(lapsedOrders(now), eq(orders.eventId, eventId)))
    .orderBy(asc(orders.id))
    .limit(1_000)
    .for('update');
}

/** Those of a canceled event that hold tickets, or whose money was not asked back yet and is not on its way. */
/** Of a canceled event. */
export const ordersToUnwind = (eventId: string | AnyPgColumn) =>
  and(
    eq(orders.eventId, eventId),
    or(
      eq(orders.status, 'PENDING'),
      and(eq(orders.status, 'PAID'), eq(orders.refundAsked, false), eq(orders.refunding, false)),
    ),
  );

export async function lockOrdersToUnwind(
  transaction: Transaction,
  eventId: string,
  limit: number,
): Promise<OrderRecord[]> {
  return await transaction
    .select()
    .from(orders)
    .where(ordersToUnwind(eventId))
    .orderBy(asc(orders.id))
    .limit(limit)
    .for('update');
}

export async function hasOrdersToUnwind(database: Queryable, eventId: string): Promise<boolean> {
  const found = await database.select({ id: orders.id }).from(orders).where(ordersToUnwind(eventId)).limit(1);
  return found.length > 0;
}

export interface OrderListFilter {
  readonly eventId: string | null;
  readonly status: OrderStatus | null;
  readonly buyerId: string | null;
}

/** Newest first, one more than the page where there is one. */
export async function listOrders(
  database: Queryable,
  { first, after }: Page<IdKey>,
  { eventId, status, buyerId }: OrderListFilter,
  now: Date,
): Promise<OrderRecord[]> {
  return await database
    .select()
    .from(orders)
    .where(
      and(
        eventId === null ? undefined : eq(orders.eventId, eventId),
        buyerId === null ? undefined : eq(orders.buyerId, buyerId),
        status === null ? undefined : hasVisibleStatus(status, now),
        after === undefined ? undefined : lt(orders.id, after[0]),
      ),
    )
    .orderBy(desc(orders.id))
    .limit(first + 1);
}

/** The rule of `visibleStatus`, as a condition. */
function hasVisibleStatus(status: OrderStatus, now: Date): SQL | undefined {
  if (status === 'PENDING') return and(eq(orders.status, 'PENDING'), gt(orders.heldUntil, now));
  if (status === 'EXPIRED') return or(eq(orders.status, 'EXPIRED'), lapsedOrders(now));
  return eq(orders.status, status);
}
