import type { Queryable, Transaction } from '@tixgo/platform/database/database.ts';
import type { IdKey, Page } from '@tixgo/platform/graphql/connection.ts';
import { and, asc, desc, eq, inArray, isNotNull, lt, notExists, or, type SQL, sql } from 'drizzle-orm';
import type { OrderRecord } from '../domain/order.ts';
import type { PayoutRecord, PayoutStatus } from '../domain/payout.ts';
import { listings, orders, payouts, purchases } from './tables.ts';

export async function insertPayout(transaction: Transaction, payout: PayoutRecord): Promise<void> {
  await transaction.insert(payouts).values(payout);
}

export async function findPayouts(database: Queryable, ids: readonly string[]): Promise<PayoutRecord[]> {
  if (ids.length === 0) return [];
  return await database
    .select()
    .from(payouts)
    .where(inArray(payouts.id, [...ids]));
}

/** Undefined when it is not due. */
export async function settleDuePayout(
  transaction: Transaction,
  id: string,
  now: Date,
): Promise<PayoutRecord | undefined> {
  const [settled] = await transaction
    .update(payouts)
    .set({ status: 'SETTLED', settledAt: now })
    .where(and(eq(payouts.id, id), eq(payouts.status, 'DUE')))
    .returning();
  return settled;
}

/** What a payout that moved takes off its event's revenue, or gives back to it. */
export interface MovedPayout {
  readonly typeId: string;
  /** In minor units. */
  readonly amount: number;
}

/**
 * Holds all payouts of an event, and calls off those that were not made yet. Sellers whose own order was paid back, or
 * is about to be, keep theirs: what they sold on is left out of that.
 */
export async function cancelPayoutsOf(transaction: Transaction, eventId: string): Promise<MovedPayout[]> {
  const known = await findPayoutsOf(transaction, eventId);
  await lockPayouts(transaction, known);
  // While they were waited for, an order of theirs may have been paid back.
  const isPaid = and(eq(orders.status, 'PAID'), eq(orders.refunding, false));
  const current = new Set(await findPayoutsOf(transaction, eventId, isPaid));
  const standing = known.filter((id) => current.has(id));
  return await movePayouts(transaction, standing, ['DUE', 'HELD'], 'CANCELED');
}

/** @param ofSeller of the order that the seller had bought by */
async function findPayoutsOf(database: Queryable, eventId: string, ofSeller?: SQL): Promise<string[]> {
  const found = await database
    .select({ id: payouts.id })
    .from(payouts)
    .innerJoin(purchases, eq(purchases.payoutId, payouts.id))
    .innerJoin(orders, eq(orders.id, purchases.orderId))
    .where(and(eq(orders.eventId, eventId), ofSeller));
  return found.map(({ id }) => id);
}

async function lockPayouts(transaction: Transaction, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await transaction
    .select({ id: payouts.id })
    .from(payouts)
    .where(inArray(payouts.id, [...ids]))
    .orderBy(asc(payouts.id))
    .for('update');
}

/** Moves those of the payouts, which must be held, that have one of the statuses, and answers which. */
export async function movePayouts(
  transaction: Transaction,
  ids: readonly string[],
  from: readonly PayoutStatus[],
  to: PayoutStatus,
): Promise<MovedPayout[]> {
  if (ids.length === 0) return [];
  return await transaction
    .update(payouts)
    .set({ status: to })
    .from(listings)
    .where(
      and(
        eq(listings.id, payouts.listingId),
        inArray(payouts.id, [...ids]),
        inArray(payouts.status, [...from]),
      ),
    )
    .returning({ typeId: listings.typeId, amount: payouts.amount });
}

/**
 * Those that stand for something that the order bought, and the one that its own purchase of a listing made; held until
 * the transaction ends, so that what is behind them is seen as the one before left it.
 */
export async function lockPayoutsBehind(
  transaction: Transaction,
  { id, listingId }: Pick<OrderRecord, 'id' | 'listingId'>,
): Promise<string[]> {
  const ofPurchases = transaction
    .select({ id: purchases.payoutId })
    .from(purchases)
    .where(and(eq(purchases.orderId, id), isNotNull(purchases.payoutId)));
  const found = await transaction
    .select({ id: payouts.id })
    .from(payouts)
    .where(
      or(inArray(payouts.id, ofPurchases), listingId === null ? undefined : eq(payouts.listingId, listingId)),
    )
    .orderBy(asc(payouts.id))
    .for('update');
  return found.map((payout) => payout.id);
}

/** Lets those, which must be held, be paid out again behind which no order is unpaid any more, the seller's or the buyer's. */
export async function releasePayouts(transaction: Transaction, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const unpaidSeller = transaction
    .select({ one: sql`1` })
    .from(purchases)
    .innerJoin(orders, eq(orders.id, purchases.orderId))
    .where(and(eq(purchases.payoutId, payouts.id), orders.unpaid));
  const unpaidBuyer = transaction
    .select({ one: sql`1` })
    .from(listings)
    .innerJoin(orders, eq(orders.id, listings.orderId))
    .where(and(eq(listings.id, payouts.listingId), orders.unpaid));
  await transaction
    .update(payouts)
    .set({ status: 'DUE' })
    .where(
      and(
        inArray(payouts.id, [...ids]),
        eq(payouts.status, 'HELD'),
        notExists(unpaidSeller),
        notExists(unpaidBuyer),
      ),
    );
}

/** Newest first, one more than the page where there is one. */
export async function listPayouts(
  database: Queryable,
  { first, after }: Page<IdKey>,
  { status, sellerId }: { readonly status: PayoutStatus | null; readonly sellerId: string | null },
): Promise<PayoutRecord[]> {
  return await database
    .select()
    .from(payouts)
    .where(
      and(
        status === null ? undefined : eq(payouts.status, status),
        sellerId === null ? undefined : eq(payouts.sellerId, sellerId),
        after === undefined ? undefined : lt(payouts.id, after[0]),
      ),
    )
    .orderBy(desc(payouts.id))
    .limit(first + 1);
}
