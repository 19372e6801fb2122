import { notFound } from '@tixgo/platform/errors.ts';
import { hasRole, isUser, type Viewer } from '@tixgo/platform/viewer.ts';
import type { OrderRecord } from '../domain/order.ts';

/** One's own order, or any to an ADMIN. */
export function maySeeOrder(viewer: Viewer, order: Pick<OrderRecord, 'buyerId'>): boolean {
  return isUser(viewer, order.buyerId) || hasRole(viewer, 'ADMIN');
}

/** @throws NOT_FOUND for another's as well, so that ids cannot be probed */
export function assertMaySee(viewer: Viewer, order: OrderRecord | undefined): asserts order is OrderRecord {
  if (!order || !maySeeOrder(viewer, order)) throw notFound('order');
}
