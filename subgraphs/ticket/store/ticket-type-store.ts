import type { Queryable, Transaction } from '@tixgo/platform/database/database.ts';
import { and, asc, eq, exists, getTableColumns, inArray, sql, sum } from 'drizzle-orm';
import type { TicketTypeDetails, TicketTypeRecord, TicketTypeView } from '../domain/ticket-type.ts';
import { orderLines, orders, ticketTypes } from './tables.ts';

const columns = getTableColumns(ticketTypes);

/** What orders hold whose time is over, though no sweep has come by: readers must not count it. */
const lapsed = (now: Date) =>
  sql<number>`(
    select coalesce(sum(line.quantity), 0)::int
    from ${orders} as lapsed_order
    join ${orderLines} as line on line.order_id = lapsed_order.id
    where lapsed_order.status = 'PENDING' and lapsed_order.held_until <= ${now.toISOString()}::timestamptz
      and lapsed_order.listing_id is null and line.type_id = ${ticketTypes}.id
  )`;

export async function findTicketTypes(
  database: Queryable,
  ids: readonly string[],
  now: Date,
): Promise<TicketTypeView[]> {
  return await database
    .select({ ...columns, lapsed: lapsed(now) })
    .from(ticketTypes)
    .where(inArray(ticketTypes.id, [...ids]));
}

/** Oldest first. */
export async function findTypesOfEvents(
  database: Queryable,
  eventIds: readonly string[],
  now: Date,
): Promise<TicketTypeView[]> {
  return await database
    .select({ ...columns, lapsed: lapsed(now) })
    .from(ticketTypes)
    .where(inArray(ticketTypes.eventId, [...eventIds]))
    .orderBy(asc(ticketTypes.id));
}

/** Holds the rows until the transaction ends, in the order in which everyone takes them: two baskets cannot deadlock. */
export async function lockTicketTypes(
  transaction: Transaction,
  ids: readonly string[],
): Promise<TicketTypeRecord[]> {
  return await transaction
    .select()
    .from(ticketTypes)
    .where(inArray(ticketTypes.id, [...ids]))
    .orderBy(asc(ticketTypes.id))
    .for('update');
}

export async function insertTicketType(
  transaction: Transaction,
  type: TicketTypeDetails & { readonly id: string; readonly eventId: string },
): Promise<TicketTypeRecord> {
  const [inserted] = await transaction.insert(ticketTypes).values(type).returning();
  if (!inserted) throw new Error('A type was not inserted.');
  return inserted;
}

export async function updateTicketType(
  transaction: Transaction,
  id: string,
  change: Partial<TicketTypeDetails>,
): Promise<TicketTypeRecord> {
  const [updated] = await transaction
    .update(ticketTypes)
    .set(change)
    .where(eq(ticketTypes.id, id))
    .returning();
  if (!updated) throw new Error(`Type ${id} went away while it was locked.`);
  return updated;
}

export async function wasOrdered(transaction: Transaction, id: string): Promise<boolean> {
  const found = await transaction
    .select({ one: sql`1` })
    .from(orderLines)
    .where(eq(orderLines.typeId, id))
    .limit(1);
  return found.length > 0;
}

/** False once somebody ordered one. */
export async function deleteUnsoldType(transaction: Transaction, id: string): Promise<boolean> {
  const ordered = transaction.select({ one: sql`1` }).from(orderLines).where(eq(orderLines.typeId, id));
  const deleted = await transaction
    .delete(ticketTypes)
    .where(and(eq(ticketTypes.id, id), sql`not ${exists(ordered)}`))
    .returning({ id: ticketTypes.id });
  return deleted.length > 0;
}

/** The capacity of all types of an event together. */
export async function totalCapacity(transaction: Transaction, eventId: string): Promise<number> {
  const [row] = await transaction
    .select({ total: sum(ticketTypes.capacity).mapWith(Number) })
    .from(ticketTypes)
    .where(eq(ticketTypes.eventId, eventId));
  return row?.total ?? 0;
}

export interface StockChange {
  sold: number;
  reserved: number;
  /** In minor units. */
  revenue: number;
}

/** By type; the order of taking rows is that of `lockTicketTypes`. */
export class StockChanges {
  readonly #changes = new Map<string, StockChange>();

  add(typeId: string, { sold = 0, reserved = 0, revenue = 0 }: Partial<StockChange>): void {
    const change = this.#changes.get(typeId) ?? { sold: 0, reserved: 0, revenue: 0 };
    change.sold += sold;
    change.reserved += reserved;
    change.revenue += revenue;
    this.#changes.set(typeId, change);
  }

  rows(): (StockChange & { readonly id: string })[] {
    return [...this.#changes]
      .filter(([, { sold, reserved, revenue }]) => sold !== 0 || reserved !== 0 || revenue !== 0)
      .map(([id, change]) => ({ id, ...change }));
  }
}

/**
 * Moves the counters, those of all types in one statement. What does not fit any more is not taken, whatever was read
 * before; the table's CHECK stands behind it.
 * @throws when a type has no room
 */
export async function moveStock(transaction: Transaction, changes: StockChanges): Promise<void> {
  const rows = changes.rows();
  if (rows.length === 0) return;
  const moved = await transaction.execute(sql`
    with change as (
      select type.id, wanted.sold, wanted.reserved, wanted.revenue
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as wanted(id uuid, sold int, reserved int, revenue bigint)
      join ${ticketTypes} as type on type.id = wanted.id
      order by type.id
      for update of type
    )
    update ${ticketTypes} as type
    set sold = type.sold + change.sold,
        reserved = type.reserved + change.reserved,
        revenue = type.revenue + change.revenue
    from change
    where type.id = change.id
      and (type.sold + change.sold + type.reserved + change.reserved <= type.capacity
        or change.sold + change.reserved <= 0)
    returning type.id`);
  if (moved.rows.length < rows.length) throw new Error('A type has less room than was read under its lock.');
}
