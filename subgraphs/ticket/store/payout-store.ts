import type { Queryable, Transaction } from '@tixgo/platform/database/database.ts';
import type { Page } from '@tixgo/platform/graphql/connection.ts';
import { and, desc, eq, inArray, isNotNull, lt } from 'drizzle-orm';
import type { PayoutRecord, PayoutStatus } from '../domain/payout.ts';
import type { IdKey } from './order-store.ts';
import { orders, payouts, purchases } from './tables.ts';

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

/**
 * Calls off the payouts of an event that were not made yet. Sellers whose own order was paid back keep theirs: what
 * they sold on was left out of that.
 */
export async function cancelDuePayouts(transaction: Transaction, eventId: string): Promise<void> {
  const ofPaidOrders = transaction
    .select({ id: purchases.payoutId })
    .from(purchases)
    .innerJoin(orders, eq(orders.id, purchases.orderId))
    .where(and(eq(orders.eventId, eventId), eq(orders.status, 'PAID'), isNotNull(purchases.payoutId)));
  await transaction
    .update(payouts)
    .set({ status: 'CANCELED' })
    .where(and(inArray(payouts.id, ofPaidOrders), eq(payouts.status, 'DUE')));
}

/** Moves those of the payouts that have the one status to the other. */
export async function movePayouts(
  transaction: Transaction,
  ids: readonly string[],
  from: PayoutStatus,
  to: PayoutStatus,
): Promise<void> {
  if (ids.length === 0) return;
  await transaction
    .update(payouts)
    .set({ status: to })
    .where(and(inArray(payouts.id, [...ids]), eq(payouts.status, from)));
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
