import type { Queryable } from '@tixgo/platform/database/database.ts';
import { eq, inArray, sql } from 'drizzle-orm';
import type { PayableOrder } from '../domain/payable-order.ts';
import { payableOrders } from './tables.ts';

export async function findOrders(database: Queryable, ids: readonly string[]): Promise<PayableOrder[]> {
  return await database
    .select()
    .from(payableOrders)
    .where(inArray(payableOrders.orderId, [...ids]));
}

export async function findOrder(database: Queryable, id: string): Promise<PayableOrder | undefined> {
  const [order] = await database.select().from(payableOrders).where(eq(payableOrders.orderId, id));
  return order;
}

/** Facts may come twice and late: only what is newer than what is known counts. */
export async function keepOrder(database: Queryable, order: PayableOrder): Promise<void> {
  const { orderId, ...known } = order;
  await database
    .insert(payableOrders)
    .values({ orderId, ...known })
    .onConflictDoUpdate({
      target: payableOrders.orderId,
      set: known,
      setWhere: sql`${payableOrders.version} < excluded.version`,
    });
}
