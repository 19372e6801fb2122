import { completeSandboxAction } from './complete-sandbox-action.ts';
import type { PaymentDependencies } from './dependencies.ts';
import { paymentFinder } from './find-payment.ts';
import { listMyPayments, listPayments } from './list-payments.ts';
import { payOrder } from './pay-order.ts';
import { receiveWebhook } from './receive-webhook.ts';
import { reconcile } from './reconcile.ts';
import { refundPayment } from './refund-payment.ts';

/** Every use case, bound to what it works with. */
export function paymentServices(dependencies: PaymentDependencies) {
  return {
    completeSandboxAction: completeSandboxAction(dependencies),
    listMyPayments: listMyPayments(dependencies),
    listPayments: listPayments(dependencies),
    payOrder: payOrder(dependencies),
    paymentFinder: paymentFinder(dependencies),
    receiveWebhook: receiveWebhook(dependencies),
    reconcile: reconcile(dependencies),
    refundPayment: refundPayment(dependencies),
  };
}

export type PaymentServices = ReturnType<typeof paymentServices>;
