import type { Transaction } from '@tixgo/platform/database/database.ts';
import type { OrderRecord } from '../domain/order.ts';
import { lockListings, moveListing } from '../store/listing-store.ts';
import { changeOrders, findLines, lockLapsedOrders, lockLapsedOrdersOf } from '../store/order-store.ts';
import { moveStock, StockChanges } from '../store/ticket-type-store.ts';
import type { TicketDependencies } from './dependencies.ts';
import { type Tell, tellOrders } from './tell-changes.ts';

const sweepSize = 200;

/** Lets go of what pending orders hold, which must be held themselves. */
export async function releaseOrders(
  transaction: Transaction,
  tell: Tell,
  orders: readonly OrderRecord[],
  status: 'EXPIRED' | 'CANCELED',
  now: Date,
): Promise<OrderRecord[]> {
  if (orders.length === 0) return [];
  const ids = orders.map(({ id }) => id);
  const released = await changeOrders(transaction, ids, { status, payingId: null });
  const wanted = orders.flatMap(({ listingId }) => listingId ?? []);
  for (const { id, status: standing, orderId } of await lockListings(transaction, wanted)) {
    if (standing === 'RESERVED' && orderId !== null && ids.includes(orderId))
      await moveListing(transaction, id, 'OPEN', null);
  }
  await moveStock(transaction, await heldBy(transaction, orders, -1));
  await tellOrders(transaction, tell, released, now);
  return released;
}

/** What orders hold of the types, as a change of the stock; a listed ticket is sold already. */
export async function heldBy(
  transaction: Transaction,
  orders: readonly OrderRecord[],
  sign: 1 | -1,
): Promise<StockChanges> {
  const fromStock = orders.filter(({ listingId }) => listingId === null).map(({ id }) => id);
  const changes = new StockChanges();
  for (const { typeId, quantity } of await findLines(transaction, fromStock)) {
    changes.add(typeId, { reserved: sign * quantity });
  }
  return changes;
}

/** Expires orders whose time is over. Resolves to whether there may be more. */
export const sweepLapsedOrders =
  ({ outbox, clock }: TicketDependencies) =>
  async (): Promise<boolean> => {
    const now = clock();
    return await outbox.transaction(async (transaction, tell) => {
      const lapsed = await lockLapsedOrders(transaction, now, sweepSize);
      await releaseOrders(transaction, tell, lapsed, 'EXPIRED', now);
      return lapsed.length === sweepSize;
    });
  };

/** As above for one event, at once: somebody waits for what becomes free. */
export async function releaseLapsedOrdersOf(
  { outbox, clock }: TicketDependencies,
  eventId: string,
): Promise<void> {
  const now = clock();
  await outbox.transaction(async (transaction, tell) => {
    const lapsed = await lockLapsedOrdersOf(transaction, eventId, now);
    await releaseOrders(transaction, tell, lapsed, 'EXPIRED', now);
  });
}
