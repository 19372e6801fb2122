import type { Database } from '@tixgo/platform/database/database.ts';
import { notFound } from '@tixgo/platform/errors.ts';
import { loaderById } from '@tixgo/platform/graphql/loader-by-id.ts';
import { isUuid } from '@tixgo/platform/ids.ts';
import { hasRole, isUser, type Viewer } from '@tixgo/platform/viewer.ts';
import DataLoader from 'dataloader';
import { reasonForPayer } from '../domain/decline-message.ts';
import type { PaymentRecord } from '../domain/payment.ts';
import type { RefundRecord } from '../domain/refund.ts';
import { findOrders } from '../store/order-store.ts';
import { findPayments, findPaymentsOfOrders } from '../store/payment-store.ts';
import { findRefundsOf } from '../store/refund-store.ts';
import type { PaymentDependencies } from './dependencies.ts';

/** Finds what a viewer may see of payments; those of one request in one statement of a kind. */
export interface PaymentFinder {
  find(id: string): Promise<PaymentRecord | undefined>;
  /** @throws NOT_FOUND, for another's as well */
  get(id: string): Promise<PaymentRecord>;
  /** Oldest first; undefined for another's order. */
  ofOrder(orderId: string): Promise<PaymentRecord[] | undefined>;
  /** Of a payment that was found before. */
  refundOf(paymentId: string): Promise<RefundRecord | undefined>;
  /** Undefined to everyone but the payer, and when there is nothing for them to do. */
  clientSecretOf(payment: PaymentRecord): string | undefined;
  /** The provider's own words for ADMINs only. */
  failureReasonOf(payment: PaymentRecord): string | undefined;
}

export const paymentFinder =
  ({ database }: PaymentDependencies) =>
  (viewer: Viewer): PaymentFinder => {
    const seesAll = hasRole(viewer, 'ADMIN');
    const byId = loaderById<PaymentRecord>(
      (ids) => findPayments(database, ids),
      ({ id }) => id,
    );
    const refunds = loaderById<RefundRecord>(
      (paymentIds) => findRefundsOf(database, paymentIds),
      ({ paymentId }) => paymentId,
    );
    const ofOrders = paymentsOfOrders(database, viewer);
    const find = async (id: string) => {
      const payment = isUuid(id) ? await byId.load(id.toLowerCase()) : undefined;
      return payment && (seesAll || isUser(viewer, payment.payerId)) ? payment : undefined;
    };
    return {
      find,
      get: async (id) => {
        const payment = await find(id);
        if (!payment) throw notFound('payment');
        return payment;
      },
      ofOrder: async (id) => (isUuid(id) ? await ofOrders.load(id.toLowerCase()) : undefined),
      refundOf: async (paymentId) => await refunds.load(paymentId),
      clientSecretOf: ({ status, payerId, clientSecret }) =>
        status === 'REQUIRES_ACTION' && isUser(viewer, payerId) ? (clientSecret ?? undefined) : undefined,
      failureReasonOf: ({ failureReason }) => {
        if (failureReason === null) return undefined;
        return seesAll ? failureReason : reasonForPayer(failureReason);
      },
    };
  };

function paymentsOfOrders(
  database: Database,
  viewer: Viewer,
): DataLoader<string, PaymentRecord[] | undefined> {
  const seesAll = hasRole(viewer, 'ADMIN');
  return new DataLoader(async (ids) => {
    const payments = Map.groupBy(await findPaymentsOfOrders(database, ids), ({ orderId }) => orderId);
    const known = await findOrders(database, ids);
    // An order that is not known here yet has no payments that could be hidden.
    const others = new Set(
      known.filter(({ buyerId }) => !isUser(viewer, buyerId)).map(({ orderId }) => orderId),
    );
    return ids.map((id) => (others.has(id) && !seesAll ? undefined : (payments.get(id) ?? [])));
  });
}
