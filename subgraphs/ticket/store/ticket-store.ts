import type { Queryable, Transaction } from '@tixgo/platform/database/database.ts';
import type { IdKey, Page } from '@tixgo/platform/graphql/connection.ts';
import { newId } from '@tixgo/platform/ids.ts';
import { and, asc, desc, eq, inArray, isNull, lt, or, sql, sum } from 'drizzle-orm';
import type { Purchase } from '../domain/purchase.ts';
import type { TicketRecord } from '../domain/ticket.ts';
import { ticketSourcesOf } from '../domain/ticket.ts';
import { payouts, purchases, type ticketChanges, ticketLog, tickets } from './tables.ts';

export async function findTickets(database: Queryable, ids: readonly string[]): Promise<TicketRecord[]> {
  if (ids.length === 0) return [];
  return await database
    .select()
    .from(tickets)
    .where(inArray(tickets.id, [...ids]));
}

/** Holds the rows until the transaction ends, in one order everywhere. */
export async function lockTickets(transaction: Transaction, ids: readonly string[]): Promise<TicketRecord[]> {
  if (ids.length === 0) return [];
  return await transaction
    .select()
    .from(tickets)
    .where(inArray(tickets.id, [...ids]))
    .orderBy(asc(tickets.id))
    .for('update');
}

export type TicketChange = Partial<
  Pick<
    TicketRecord,
    'status' | 'holderId' | 'orderId' | 'blockedReason' | 'disputed' | 'admitted' | 'restocked'
  >
> & { readonly changesHands?: boolean };

/** Changes tickets that are held. @throws when there is no way from a ticket's status to the one wanted */
export async function changeTickets(
  transaction: Transaction,
  ids: readonly string[],
  { changesHands = false, ...change }: TicketChange,
): Promise<TicketRecord[]> {
  if (ids.length === 0) return [];
  const allowed =
    change.status === undefined ? undefined : inArray(tickets.status, ticketSourcesOf(change.status));
  const changed = await transaction
    .update(tickets)
    .set({
      ...change,
      ...(changesHands && { codeNumber: sql`${tickets.codeNumber} + 1` }),
      version: sql`${tickets.version} + 1`,
    })
    .where(and(inArray(tickets.id, [...ids]), allowed))
    .returning();
  if (changed.length < ids.length)
    throw new Error(`A ticket cannot become ${change.status} from where it is.`);
  return changed;
}

export async function insertTickets(
  transaction: Transaction,
  issued: readonly TicketRecord[],
): Promise<void> {
  if (issued.length === 0) return;
  await transaction.insert(tickets).values([...issued]);
  await transaction
    .insert(purchases)
    .values(issued.map(({ id, orderId, faceValue }) => ({ orderId, ticketId: id, price: faceValue })));
}

export async function logTickets(
  transaction: Transaction,
  changed: readonly Pick<TicketRecord, 'id' | 'holderId'>[],
  entry: {
    readonly change: (typeof ticketChanges)[number];
    readonly byId: string | null;
    readonly note?: string;
    readonly at: Date;
  },
): Promise<void> {
  if (changed.length === 0) return;
  const { change, byId, note = null, at } = entry;
  await transaction
    .insert(ticketLog)
    .values(
      changed.map(({ id, holderId }) => ({ id: newId(), ticketId: id, change, byId, holderId, note, at })),
    );
}

/** What orders bought, the tickets of each in the order of their ids. */
export async function findPurchases(database: Queryable, orderIds: readonly string[]): Promise<Purchase[]> {
  if (orderIds.length === 0) return [];
  return await database
    .select()
    .from(purchases)
    .where(inArray(purchases.orderId, [...orderIds]))
    .orderBy(asc(purchases.ticketId));
}

export async function insertPurchase(transaction: Transaction, purchase: Purchase): Promise<void> {
  await transaction.insert(purchases).values(purchase);
}

/** Marks what a buyer got back by selling on. */
export async function notePayout(
  transaction: Transaction,
  { orderId, ticketId, payoutId }: Omit<Purchase, 'price'>,
): Promise<void> {
  await transaction
    .update(purchases)
    .set({ payoutId })
    .where(and(eq(purchases.orderId, orderId), eq(purchases.ticketId, ticketId)));
}

/** What of each paid order no payout stands for, in minor units; orders without any have no entry. */
export async function findRefundable(
  database: Queryable,
  orderIds: readonly string[],
): Promise<Map<string, number>> {
  if (orderIds.length === 0) return new Map();
  const rows = await database
    .select({ orderId: purchases.orderId, refundable: sum(purchases.price).mapWith(Number) })
    .from(purchases)
    .leftJoin(payouts, eq(payouts.id, purchases.payoutId))
    .where(
      and(
        inArray(purchases.orderId, [...orderIds]),
        or(isNull(purchases.payoutId), eq(payouts.status, 'CANCELED')),
      ),
    )
    .groupBy(purchases.orderId);
  return new Map(rows.map(({ orderId, refundable }) => [orderId, refundable]));
}

/** Newest first, one more than the page where there is one. */
export async function listTicketsOf(
  database: Queryable,
  { first, after }: Page<IdKey>,
  holderId: string,
): Promise<TicketRecord[]> {
  return await database
    .select()
    .from(tickets)
    .where(and(eq(tickets.holderId, holderId), after === undefined ? undefined : lt(tickets.id, after[0])))
    .orderBy(desc(tickets.id))
    .limit(first + 1);
}
