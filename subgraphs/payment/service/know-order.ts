import { notFound } from '@tixgo/platform/errors.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import type { OrderStatus, PayableOrder } from '../domain/payable-order.ts';
import { findOrder, keepOrder } from '../store/order-store.ts';
import type { PaymentDependencies } from './dependencies.ts';

/** The fields of the owner's entity that a payment needs. */
const orderFields = 'id status expiresAt total { amount currency } buyer { id } event { id }';

interface OrderEntity {
  readonly id: string;
  readonly status: OrderStatus;
  readonly expiresAt: string;
  readonly total: { readonly amount: number; readonly currency: string };
  readonly buyer: { readonly id: string };
  readonly event: { readonly id: string };
}

/**
 * An order to its buyer. Facts may be behind: of one that is not known here its owner is asked once.
 * @throws NOT_FOUND, also for another's; SUBGRAPH_UNAVAILABLE when the owner of an unknown order does not answer
 */
export async function getOwnOrder(
  dependencies: PaymentDependencies,
  viewer: UserViewer,
  id: string,
): Promise<PayableOrder> {
  const order = (await findOrder(dependencies.database, id)) ?? (await learnOrder(dependencies, id));
  if (order?.buyerId !== viewer.id) throw notFound('order');
  return order;
}

async function learnOrder(
  { database, lookup }: PaymentDependencies,
  id: string,
): Promise<PayableOrder | undefined> {
  const entity = await lookup('ticket', 'Order', { id }, orderFields);
  if (!entity) return undefined;
  const { status, expiresAt, total, buyer, event } = entity as unknown as OrderEntity;
  await keepOrder(database, {
    orderId: id,
    eventId: event.id,
    buyerId: buyer.id,
    status,
    ...total,
    refundable: total.amount,
    expiresAt: new Date(expiresAt),
    version: 0,
  });
  // A fact that came meanwhile stays: what is kept decides.
  return await findOrder(database, id);
}
