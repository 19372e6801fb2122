import type { Transaction } from '@tixgo/platform/database/database.ts';
import {
  findAnswer,
  type KeyedRequest,
  keepAnswers,
  withTwins,
} from '@tixgo/platform/idempotency/idempotency.ts';
import { newId } from '@tixgo/platform/ids.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import { type NotPayableStatus, notPayableStatus, type PayableOrder } from '../domain/payable-order.ts';
import type { PaymentRecord } from '../domain/payment.ts';
import { hasPaid } from '../domain/payment-lifecycle.ts';
import { findOrder } from '../store/order-store.ts';
import { findPaymentsOfOrders, insertPayment } from '../store/payment-store.ts';
import { answers } from '../store/tables.ts';
import type { PaymentDependencies } from './dependencies.ts';
import { getOwnOrder } from './know-order.ts';
import { paymentStarted } from './payment-facts.ts';
import type { CleanPayOrderInput } from './payment-input.ts';
import { firstLook } from './payments-under-way.ts';

/** What is kept for a key. */
type KeptAnswer = { readonly paymentId: string } | { readonly notPayable: NotPayableStatus };

/** `earlier`: the key was used before, perhaps a moment ago. */
export type Beginning =
  | { readonly kind: 'begun'; readonly payment: PaymentRecord }
  | { readonly kind: 'earlier'; readonly paymentId: string }
  | { readonly kind: 'not-payable'; readonly status: NotPayableStatus };

/** @throws NOT_FOUND, IDEMPOTENCY_KEY_REUSED, and SUBGRAPH_UNAVAILABLE when an unknown order's owner does not answer */
export async function beginPayment(
  dependencies: PaymentDependencies,
  viewer: UserViewer,
  { orderId, paymentMethod, idempotencyKey }: CleanPayOrderInput,
): Promise<Beginning> {
  const request: KeyedRequest = {
    viewerId: viewer.id,
    operation: 'payOrder',
    key: idempotencyKey,
    input: { orderId, paymentMethod },
  };
  return await withTwins(async () => {
    const earlier = await findAnswer<KeptAnswer>(dependencies.database, answers, request);
    if (earlier) return replayed(earlier);
    const order = await getOwnOrder(dependencies, viewer, orderId);
    return await beginNew(
      dependencies,
      request,
      newPayment(dependencies, order, paymentMethod, idempotencyKey),
    );
  });
}

function replayed(answer: KeptAnswer): Beginning {
  return 'paymentId' in answer
    ? { kind: 'earlier', paymentId: answer.paymentId }
    : { kind: 'not-payable', status: answer.notPayable };
}

async function beginNew(
  { outbox }: PaymentDependencies,
  request: KeyedRequest,
  payment: PaymentRecord,
): Promise<Beginning> {
  const now = payment.createdAt;
  return await outbox.transaction(async (transaction, tell) => {
    const order = await findOrder(transaction, payment.orderId);
    const refusal = order ? notPayableStatus(order, now) : 'PENDING';
    if (!refusal && !(await insertPayment(transaction, payment, new Date(now.getTime() + firstLook)))) {
      return await beginningOfOther(transaction, request, payment.orderId);
    }
    const answer: KeptAnswer = refusal ? { notPayable: refusal } : { paymentId: payment.id };
    await keepAnswers(transaction, answers, [{ request, answer }], now);
    if (refusal) return { kind: 'not-payable', status: refusal };
    tell(paymentStarted(payment));
    return { kind: 'begun', payment };
  });
}

/** Of the payment that was first. A refusal is not kept: it holds for as long as that payment is under way. */
async function beginningOfOther(
  transaction: Transaction,
  request: KeyedRequest,
  orderId: string,
): Promise<Beginning> {
  const twin = await findAnswer<KeptAnswer>(transaction, answers, request);
  if (twin) return replayed(twin);
  const payments = await findPaymentsOfOrders(transaction, [orderId]);
  return { kind: 'not-payable', status: payments.some(hasPaid) ? 'PAID' : 'PROCESSING' };
}

function newPayment(
  { clock, provider }: PaymentDependencies,
  order: PayableOrder,
  paymentMethod: string,
  idempotencyKey: string,
): PaymentRecord {
  const now = clock();
  return {
    id: newId(now),
    orderId: order.orderId,
    payerId: order.buyerId,
    amount: order.amount,
    currency: order.currency,
    status: 'PROCESSING',
    provider: provider.name,
    providerRef: null,
    paymentMethod,
    clientSecret: null,
    failureReason: null,
    idempotencyKey,
    createdAt: now,
    updatedAt: now,
  };
}
