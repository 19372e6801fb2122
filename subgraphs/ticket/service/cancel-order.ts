import { conflict } from '@tixgo/platform/errors.ts';
import { assertUuid } from '@tixgo/platform/ids.ts';
import type { Viewer } from '@tixgo/platform/viewer.ts';
import type { OrderRecord } from '../domain/order.ts';
import { isHeld } from '../domain/order.ts';
import { lockOrder } from '../store/order-store.ts';
import type { TicketDependencies } from './dependencies.ts';
import { assertMaySee } from './order-access.ts';
import { releaseOrders } from './release-orders.ts';

/** @throws NOT_FOUND, CONFLICT once it is paid, being paid or over */
export const cancelOrder =
  ({ outbox, clock }: TicketDependencies) =>
  async (viewer: Viewer, id: string): Promise<OrderRecord> => {
    assertUuid(id, 'order');
    const now = clock();
    return await outbox.transaction(async (transaction, tell) => {
      const order = await lockOrder(transaction, id);
      assertMaySee(viewer, order);
      if (order.status === 'CANCELED') return order;
      if (!isHeld(order, now)) throw conflict(whyNot(order));
      if (order.payingId !== null) throw conflict('The order is being paid.');
      const [canceled = order] = await releaseOrders(transaction, tell, [order], 'CANCELED', now);
      return canceled;
    });
  };

function whyNot({ status }: OrderRecord): string {
  if (status === 'PAID') return 'The order is paid; an admin can refund it.';
  return status === 'REFUNDED' ? 'The order is refunded.' : 'The order has expired.';
}
