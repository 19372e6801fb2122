import { newId } from '@tixgo/platform/ids.ts';
import { failures, signedIn as security } from '@tixgo/platform/rest/openapi.ts';
import type { RestApi } from '@tixgo/platform/rest/rest-api.ts';
import { RestFailure } from '@tixgo/platform/rest/rest-failure.ts';
import { pagesOf, sendList } from '@tixgo/platform/rest/streaming.ts';
import type { FastifyInstance } from 'fastify';
import {
  RestMyPaymentsDocument,
  RestPayDocument,
  RestPaymentDocument,
  type RestPaymentFragment,
} from '../generated/rest-documents.ts';
import { payBody, paymentSchema } from './sale-schemas.ts';
import { idParameter } from './schema-parts.ts';

const tags = ['payments'];

interface PayBody {
  readonly order_id: string;
  readonly payment_method?: string;
  readonly idempotency_key?: string;
}

/** Payments of one's own orders. */
export function paymentRoutes(app: FastifyInstance, rest: RestApi): void {
  processRoute(app, rest);
  readRoutes(app, rest);
}

function processRoute(app: FastifyInstance, rest: RestApi): void {
  const response = {
    200: { ...paymentSchema, description: 'How far it is; a declined one is 402.' },
    ...failures(402, 404, 409),
  };
  const schema = { tags, security, summary: 'Pays an order.', body: payBody, response };
  app.post<{ Body: PayBody }>('/payments/process', { schema }, async (request, reply) => {
    const {
      order_id: orderId,
      payment_method: paymentMethod = null,
      idempotency_key = newId(),
    } = request.body;
    const input = { orderId, paymentMethod, idempotencyKey: idempotency_key };
    const { payOrder } = await rest.run(request, reply, RestPayDocument, { input });
    if (payOrder.__typename === 'PaymentDeclined') throw new RestFailure(402, payOrder.message);
    if (payOrder.__typename === 'OrderNotPayable') throw new RestFailure(409, payOrder.message);
    return paymentOf(payOrder);
  });
}

function readRoutes(app: FastifyInstance, rest: RestApi): void {
  const items = { type: 'array', items: paymentSchema, description: 'All of them.' };
  app.get(
    '/payments/history',
    { schema: { tags, security, summary: 'Your payments, newest first.', response: { 200: items } } },
    async (request, reply) => {
      const pages = pagesOf(
        async (page) => (await rest.run(request, reply, RestMyPaymentsDocument, page)).myPayments,
      );
      return await sendList(request, reply, pages, paymentOf);
    },
  );
  const one = { 200: { ...paymentSchema, description: 'The payment.' }, ...failures(404) };
  app.get<{ Params: { id: string } }>(
    '/payments/:id',
    { schema: { tags, security, summary: 'One of your payments.', params: idParameter, response: one } },
    async (request, reply) => {
      const { payment } = await rest.run(request, reply, RestPaymentDocument, { id: request.params.id });
      if (!payment) throw new RestFailure(404, 'No such payment.');
      return paymentOf(payment);
    },
  );
}

function paymentOf({
  id,
  status,
  amount,
  provider,
  order,
  failureReason,
  clientSecret,
  createdAt,
}: RestPaymentFragment) {
  return {
    id,
    order_id: order?.id ?? null,
    status: status.toLowerCase(),
    amount,
    provider,
    failure_reason: failureReason,
    client_secret: clientSecret,
    created_at: createdAt,
  };
}
