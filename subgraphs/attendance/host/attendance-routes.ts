import { RestAttendanceDocument } from '@tixgo/gateway/generated/rest-documents.ts';
import { checkInSchema } from '@tixgo/gateway/rest/check-in-routes.ts';
import { failures, signedIn } from '@tixgo/platform/rest/openapi.ts';
import type { RestApi } from '@tixgo/platform/rest/rest-api.ts';
import { type Pages, sendList } from '@tixgo/platform/rest/streaming.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CheckInRecord } from '../domain/door.ts';
import type { AttendanceServices } from '../service/attendance-services.ts';
import { csvAnswer, csvQuery, sendCsv } from './send-csv.ts';

const tags = ['door'];
const security = signedIn;
const eventId = { type: 'string', examples: ['evt1'] };
const eventParameter = { type: 'object', required: ['event_id'], properties: { event_id: eventId } };
const refusals = failures(403, 404);
const records = { type: 'array', items: checkInSchema, description: 'Those that stand, oldest first.' };

interface EventParameters {
  readonly Params: { readonly event_id: string };
}

/** Whole lists of check-ins, read and sent a page at a time. Committee and above. */
export function attendanceRoutes(app: FastifyInstance, rest: RestApi, services: AttendanceServices): void {
  attendanceRoute(app, rest, services);
  checkInsRoute(app, rest, services);
  csvRoute(app, rest, services);
}

function attendanceRoute(app: FastifyInstance, rest: RestApi, services: AttendanceServices): void {
  const answer = {
    type: 'object',
    required: ['event_id', 'total_checked_in', 'records'],
    properties: { event_id: { type: 'string' }, total_checked_in: { type: 'integer' }, records },
    description: 'How many tickets were let in, and every check-in.',
  };
  const schema = { tags, security, summary: 'Attendance of an event.', params: eventParameter };
  app.get<EventParameters>(
    '/attendance/:event_id',
    { schema: { ...schema, response: { 200: answer, ...refusals } } },
    async (request, reply) => {
      const { event_id } = request.params;
      const total = await countAsCommittee(rest, event_id, request, reply);
      const head = JSON.stringify({ event_id, total_checked_in: total, records: [] }).slice(0, -2);
      return await sendList(request, reply, standing(services, event_id), recordOf, {
        before: head,
        after: ']}',
      });
    },
  );
}

function checkInsRoute(app: FastifyInstance, rest: RestApi, services: AttendanceServices): void {
  const querystring = { ...eventParameter, additionalProperties: false };
  const schema = { tags, security, summary: 'Check-ins of an event.', querystring };
  app.get<{ Querystring: { readonly event_id: string } }>(
    '/checkins',
    { schema: { ...schema, response: { 200: records, ...refusals } } },
    async (request, reply) => {
      const { event_id } = request.query;
      await countAsCommittee(rest, event_id, request, reply);
      return await sendList(request, reply, standing(services, event_id), recordOf);
    },
  );
}

function csvRoute(app: FastifyInstance, rest: RestApi, services: AttendanceServices): void {
  const schema = {
    tags,
    security,
    summary: 'Attendance as CSV.',
    params: eventParameter,
    querystring: csvQuery,
  };
  app.get<EventParameters & { Querystring: { readonly bom: boolean } }>(
    '/attendance/:event_id.csv',
    { schema: { ...schema, response: { 200: csvAnswer, ...refusals } } },
    async (request, reply) => {
      const { event_id } = request.params;
      await countAsCommittee(rest, event_id, request, reply);
      reply.header('content-disposition', `attachment; filename="attendance-${event_id}.csv"`);
      const rows = csvRowsOf(services.checkInPages(event_id));
      return await sendCsv(request, reply, rows, { columns, bom: request.query.bom });
    },
  );
}

/** How many tickets were let in, for those who may read the records: the operation's own access rules decide. */
async function countAsCommittee(
  rest: RestApi,
  id: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<number> {
  const { attendance } = await rest.run(request, reply, RestAttendanceDocument, { eventId: id });
  return attendance?.totalCheckedIn ?? 0;
}

async function* standing(services: AttendanceServices, id: string): Pages<CheckInRecord> {
  for await (const page of services.checkInPages(id)) yield page.filter(({ undoneAt }) => undoneAt === null);
}

function recordOf({ id, eventId: event_id, ticketId, direction, gate, by, at }: CheckInRecord) {
  return {
    id,
    event_id,
    ticket_id: ticketId,
    direction,
    gate,
    checked_in_by: by.username,
    checked_in_at: at.toISOString(),
  };
}

const columns = [
  'id',
  'event_id',
  'ticket_id',
  'direction',
  'gate',
  'checked_in_by',
  'checked_in_at',
  'undone_at',
];

async function* csvRowsOf(pages: Pages<CheckInRecord>) {
  for await (const page of pages)
    yield page.map((record) => ({ ...recordOf(record), undone_at: record.undoneAt?.toISOString() ?? '' }));
}
