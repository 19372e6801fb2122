import { newId } from '@tixgo/platform/ids.ts';
import { snakeCased } from '@tixgo/platform/rest/casing.ts';
import { failures, signedIn as security } from '@tixgo/platform/rest/openapi.ts';
import type { RestApi } from '@tixgo/platform/rest/rest-api.ts';
import { RestFailure } from '@tixgo/platform/rest/rest-failure.ts';
import { pagesOf, sendList } from '@tixgo/platform/rest/streaming.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  RestBookDocument,
  RestCancelOrderDocument,
  RestMyOrdersDocument,
  RestOrderDocument,
  type RestOrderFragment,
  RestTicketTypesDocument,
} from '../generated/rest-documents.ts';
import { bookBody, orderChange, orderSchema, ticketTypeSchema } from './sale-schemas.ts';
import { eventParameter, idParameter } from './schema-parts.ts';

const tags = ['tickets'];

interface BookBody {
  readonly event_id: string;
  readonly ticket_type_id?: string;
  readonly quantity: number;
  readonly idempotency_key?: string;
}

interface IdParameters {
  readonly Params: { readonly id: string };
}

/** What is sold, to everyone. Orders: made by `POST /tickets/book`, read and called off by their buyer. */
export function ticketRoutes(app: FastifyInstance, rest: RestApi): void {
  typesRoute(app, rest);
  bookRoute(app, rest);
  readRoutes(app, rest);
  changeRoute(app, rest);
}

function typesRoute(app: FastifyInstance, rest: RestApi): void {
  const response = {
    200: { type: 'array', items: ticketTypeSchema, description: 'All of them, oldest first.' },
    ...failures(404),
  };
  const schema = { tags, summary: 'What is sold for an event.', params: eventParameter, response };
  app.get<IdParameters>('/events/:id/ticket-types', { schema }, async (request, reply) =>
    snakeCased(await typesOf(rest, request.params.id, request, reply)),
  );
}

function bookRoute(app: FastifyInstance, rest: RestApi): void {
  const response = {
    201: { ...orderSchema, description: 'It holds its tickets until `expires_at`; pay it by then.' },
    ...failures(404, 409),
  };
  const schema = { tags, security, summary: 'Reserves tickets.', body: bookBody, response };
  app.post<{ Body: BookBody }>('/tickets/book', { schema }, async (request, reply) => {
    rest.callerAs(request, 'USER');
    const { event_id: eventId, ticket_type_id, quantity, idempotency_key = newId() } = request.body;
    const ticketTypeId = ticket_type_id ?? (await onlyTypeOf(rest, eventId, request, reply));
    const input = { eventId, lines: [{ ticketTypeId, quantity }], idempotencyKey: idempotency_key };
    const { reserveTickets } = await rest.run(request, reply, RestBookDocument, { input });
    if (reserveTickets.__typename !== 'Order') throw new RestFailure(409, reserveTickets.message);
    return await reply.code(201).send(orderOf(reserveTickets));
  });
}

/** @throws RestFailure when there is a choice to make, or none */
async function onlyTypeOf(
  rest: RestApi,
  eventId: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string> {
  const types = await typesOf(rest, eventId, request, reply);
  const [only, ...others] = types;
  if (!only) throw new RestFailure(409, 'This event sells no tickets.');
  if (others.length === 0) return only.id;
  const choice = types.map(({ id, name }) => `${id} (${name})`).join(', ');
  throw new RestFailure(400, `ticket_type_id: choose one of ${choice}.`);
}

async function typesOf(rest: RestApi, eventId: string, request: FastifyRequest, reply: FastifyReply) {
  const { event } = await rest.run(request, reply, RestTicketTypesDocument, { eventId });
  const types = event?.ticketTypes;
  if (!types) throw new RestFailure(503, 'Ticket sales do not answer just now.', { 'retry-after': '1' });
  return types;
}

function readRoutes(app: FastifyInstance, rest: RestApi): void {
  const list = {
    200: { type: 'array', items: orderSchema, description: 'All of them.' },
  };
  app.get(
    '/tickets/orders',
    { schema: { tags, security, summary: 'Your orders, newest first.', response: list } },
    async (request, reply) => {
      const pages = pagesOf(
        async (page) => (await rest.run(request, reply, RestMyOrdersDocument, page)).myOrders,
      );
      return await sendList(request, reply, pages, orderOf);
    },
  );
  const one = { 200: { ...orderSchema, description: 'The order.' }, ...failures(404) };
  app.get<IdParameters>(
    '/tickets/orders/:id',
    { schema: { tags, security, summary: 'One of your orders.', params: idParameter, response: one } },
    async (request, reply) => orderOf(await getOrder(rest, request, reply)),
  );
}

async function getOrder(
  rest: RestApi,
  request: FastifyRequest<IdParameters>,
  reply: FastifyReply,
): Promise<RestOrderFragment> {
  const { order } = await rest.run(request, reply, RestOrderDocument, { id: request.params.id });
  if (!order) throw new RestFailure(404, 'No such order.');
  return order;
}

function changeRoute(app: FastifyInstance, rest: RestApi): void {
  const response = {
    200: { ...orderSchema, description: 'The order, called off.' },
    ...failures(404, 409),
  };
  const schema = {
    tags,
    security,
    summary: 'Calls an unpaid order off.',
    params: idParameter,
    body: orderChange,
    response,
  };
  app.put<IdParameters & { Body: { status: string } }>(
    '/tickets/orders/:id',
    { schema },
    async (request, reply) => {
      // Both spellings are in use.
      if (!/^cancell?ed$/i.test(request.body.status)) {
        throw new RestFailure(400, 'status: an order can be set to "cancelled" and to nothing else.');
      }
      const { cancelOrder } = await rest.run(request, reply, RestCancelOrderDocument, {
        id: request.params.id,
      });
      return orderOf(cancelOrder);
    },
  );
}

function orderOf({ status, event, lines, expiresAt, createdAt, ...order }: RestOrderFragment) {
  return {
    ...order,
    status: status === 'CANCELED' ? 'cancelled' : status.toLowerCase(),
    event_id: event?.id ?? null,
    event_name: event?.name ?? null,
    lines: lines.map(({ type, quantity, price }) => ({
      ticket_type_id: type.id,
      ticket_type: type.name,
      quantity,
      price,
    })),
    expires_at: expiresAt,
    created_at: createdAt,
  };
}
