import { camelCased, snakeCased } from '@tixgo/platform/rest/casing.ts';
import { failures, signedIn as security } from '@tixgo/platform/rest/openapi.ts';
import type { RestApi } from '@tixgo/platform/rest/rest-api.ts';
import { RestFailure } from '@tixgo/platform/rest/rest-failure.ts';
import { pagesOf, sendList } from '@tixgo/platform/rest/streaming.ts';
import type { FastifyInstance } from 'fastify';
import {
  type EventStatus,
  RestCreateEventDocument,
  type RestCreateEventMutationVariables,
  RestDeleteEventDocument,
  RestEventDocument,
  RestEventSummaryDocument,
  RestEventsDocument,
  RestMyEventsDocument,
  RestUpdateEventDocument,
  type RestUpdateEventMutationVariables,
} from '../generated/rest-documents.ts';
import {
  eventBody,
  eventChange,
  eventFilters,
  eventList,
  eventSchema,
  eventStatuses,
  eventSummary,
} from './event-schemas.ts';
import { eventParameter, idParameter } from './schema-parts.ts';

const tags = ['events'];

interface EventParameters {
  readonly Params: { readonly id: string };
}

interface EventQuery {
  readonly status?: string;
  readonly search?: string;
  readonly city?: string;
  readonly from?: string;
  readonly to?: string;
}

/** Events: everyone reads, admins write. */
export function eventRoutes(app: FastifyInstance, rest: RestApi): void {
  listRoutes(app, rest);
  readRoutes(app, rest);
  writeRoutes(app, rest);
}

function listRoutes(app: FastifyInstance, rest: RestApi): void {
  const answer = { 200: { ...eventList, description: 'All of them.' } };
  const all = { tags, summary: 'All events, soonest first.', querystring: eventFilters };
  app.get<{ Querystring: EventQuery }>(
    '/events',
    { schema: { ...all, response: { ...answer } } },
    async (request, reply) => {
      const { status, ...others } = request.query;
      const filter = { ...others, ...(status !== undefined && { status: statusOf(status) }) };
      const pages = pagesOf(
        async (page) => (await rest.run(request, reply, RestEventsDocument, { filter, ...page })).events,
      );
      return await sendList(request, reply, pages, snakeCased);
    },
  );
  const mine = { tags, security, summary: 'Events that you created or proposed, newest first.' };
  app.get('/events/my/events', { schema: { ...mine, response: { ...answer } } }, async (request, reply) => {
    const pages = pagesOf(
      async (page) => (await rest.run(request, reply, RestMyEventsDocument, page)).myEvents,
    );
    return await sendList(request, reply, pages, snakeCased);
  });
}

/** @throws RestFailure */
function statusOf(given: string): EventStatus {
  // Both spellings are in use.
  const name = given.trim().toUpperCase().replace('CANCELLED', 'CANCELED');
  const status = eventStatuses.find((each) => each === name);
  if (status === undefined) throw new RestFailure(400, 'status: must be one of draft, published, canceled.');
  return status;
}

function readRoutes(app: FastifyInstance, rest: RestApi): void {
  const one = { 200: { ...eventSchema, description: 'The event.' }, ...failures(404) };
  app.get<EventParameters>(
    '/events/:id',
    { schema: { tags, summary: 'One event.', params: eventParameter, response: one } },
    async (request, reply) => {
      const { event } = await rest.run(request, reply, RestEventDocument, { id: request.params.id });
      return snakeCased(event);
    },
  );
  const figured = { tags, security, summary: 'Event, attendance and sales.' };
  const summary = {
    200: { ...eventSummary, description: 'The event, and its figures as far as their services answer.' },
    ...failures(403, 404),
  };
  app.get<EventParameters>(
    '/events/:id/summary',
    { schema: { ...figured, params: eventParameter, response: summary } },
    async (request, reply) => {
      const { event } = await rest.run(request, reply, RestEventSummaryDocument, { id: request.params.id });
      const { summary: figures, ...others } = event ?? {};
      return snakeCased({
        event: others,
        attendance: figures?.attendance ?? null,
        sales: figures?.sales ?? null,
      });
    },
  );
}

function writeRoutes(app: FastifyInstance, rest: RestApi): void {
  const answer = { ...eventSchema, description: 'The event as it is now.' };
  const refusals = failures(400, 401, 403, 404, 409, 503);
  const creating = { tags, security, summary: 'Creates an event. Admins.', body: eventBody };
  app.post<{ Body: object }>(
    '/events',
    { schema: { ...creating, response: { 201: answer, ...refusals } } },
    async (request, reply) => {
      const input = camelCased(request.body) as unknown as RestCreateEventMutationVariables['input'];
      const { createEvent } = await rest.run(request, reply, RestCreateEventDocument, { input });
      return await reply.code(201).send(snakeCased(createEvent));
    },
  );
  const changing = { tags, security, summary: 'Changes what is given. Admins.', body: eventChange };
  app.put<EventParameters & { Body: object }>(
    '/events/:id',
    { schema: { ...changing, params: eventParameter, response: { 200: answer, ...refusals } } },
    async (request, reply) => {
      const { id } = request.params;
      const input = camelCased(request.body) as unknown as RestUpdateEventMutationVariables['input'];
      const { updateEvent } = await rest.run(request, reply, RestUpdateEventDocument, { id, input });
      return snakeCased(updateEvent);
    },
  );
  const deleting = { tags, security, summary: 'Deletes an event for good. Admins.', params: idParameter };
  app.delete<EventParameters>(
    '/events/:id',
    { schema: { ...deleting, response: { 204: { type: 'null', description: 'It is gone.' }, ...refusals } } },
    async (request, reply) => {
      await rest.run(request, reply, RestDeleteEventDocument, { id: request.params.id });
      return await reply.code(204).send();
    },
  );
}
