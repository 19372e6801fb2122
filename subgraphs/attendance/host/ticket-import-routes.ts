import type { IncomingMessage } from 'node:http';
import {
  RestTicketImportDocument,
  type RestTicketImportFieldsFragment,
  RestTicketImportsDocument,
} from '@tixgo/gateway/generated/rest-documents.ts';
import { failures, signedIn } from '@tixgo/platform/rest/openapi.ts';
import type { RestApi } from '@tixgo/platform/rest/rest-api.ts';
import { RestFailure } from '@tixgo/platform/rest/rest-failure.ts';
import { type Pages, pagesOf, sendList } from '@tixgo/platform/rest/streaming.ts';
import { acceptUploads, UploadBroken, uploadedChunks } from '@tixgo/platform/rest/uploads.ts';
import type { FastifyInstance } from 'fastify';
import type { RowError, TicketImport } from '../domain/ticket-import.ts';
import type { AttendanceServices } from '../service/attendance-services.ts';
import { csvAnswer, csvQuery, sendCsv } from './send-csv.ts';
import { importBody, importQuery, importSchema, refusedImport } from './ticket-import-schemas.ts';

const tags = ['tickets'];
const security = signedIn;
const idOf = (example: string) => ({
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'string', examples: [example] } },
});
const eventParameter = idOf('demo-aurora-strings');
const importParameter = idOf('01a1ff03-9a79-76ef-8225-19308babdcdd');

interface IdParameters {
  readonly Params: { readonly id: string };
}

export interface ImportSettings {
  /** Largest file, in bytes. */
  readonly limit: number;
  /** How long nothing may come of one, in milliseconds. */
  readonly patience?: number;
}

/** Lists of tickets that were sold elsewhere. Admins bring them in, the committee reads what became of them. */
export function ticketImportRoutes(
  app: FastifyInstance,
  rest: RestApi,
  services: AttendanceServices,
  settings: ImportSettings,
): void {
  app.register(async (scope) => uploadRoute(scope, rest, services, settings));
  readRoutes(app, rest);
  reportRoute(app, rest, services);
}

interface UploadRequest extends IdParameters {
  readonly Querystring: { readonly mode: 'all_or_nothing' | 'skip_bad'; readonly file_name?: string };
  readonly Body: IncomingMessage;
}

function uploadRoute(
  app: FastifyInstance,
  rest: RestApi,
  services: AttendanceServices,
  { limit, patience = 30_000 }: ImportSettings,
): void {
  acceptUploads(app, { mediaType: 'text/csv', limit });
  const stop = new AbortController();
  app.addHook('preClose', async () =>
    stop.abort(new UploadBroken(503, 'The server stops; send the file again.')),
  );
  const schema = {
    tags,
    security,
    summary: 'Imports tickets that were sold elsewhere, for a TICKETED event. Admins.',
    params: eventParameter,
    querystring: importQuery,
    body: importBody,
    response: {
      200: { ...importSchema, description: 'The file was read to its end, and its tickets count.' },
      ...failures(404, 408, 409),
      415: { ...failures(415)[415], description: 'The body is not text/csv in UTF-8.' },
      422: refusedImport,
    },
  };
  app.post<UploadRequest>('/events/:id/tickets/import', { schema }, async (request) => {
    const viewer = rest.callerAs(request, 'ADMIN');
    const { mode, file_name } = request.query;
    const wanted = {
      eventId: request.params.id,
      mode: mode === 'skip_bad' ? 'SKIP_BAD' : 'ALL_OR_NOTHING',
      fileName: file_name ?? null,
      bytesTotal: Number(request.headers['content-length'] ?? Number.NaN) || null,
    } as const;
    const ended = await services.importTickets(viewer, wanted, (signal) =>
      uploadedChunks(request.raw, { limit, patience, signal: AbortSignal.any([signal, stop.signal]) }),
    );
    const answer = importOf(ended);
    const { failure } = ended;
    if (failure !== null) throw new RestFailure(422, failure, {}, { detail: failure, import: answer });
    return answer;
  });
}

function readRoutes(app: FastifyInstance, rest: RestApi): void {
  const list = { type: 'array', items: importSchema, description: 'Newest first.' };
  const listing = {
    tags,
    security,
    summary: 'Imports of an event. Committee and above.',
    params: eventParameter,
  };
  app.get<IdParameters>(
    '/events/:id/tickets/imports',
    { schema: { ...listing, response: { 200: list, ...failures(403, 404) } } },
    async (request, reply) => {
      const eventId = request.params.id;
      const pages = pagesOf(async (page) => {
        const variables = { eventId, ...page };
        return (await rest.run(request, reply, RestTicketImportsDocument, variables)).ticketImports;
      });
      return await sendList(request, reply, pages, importOf);
    },
  );
  const one = { ...importSchema, description: 'The import, with its progress while it is RUNNING.' };
  const reading = { tags, security, summary: 'One import. Committee and above.', params: importParameter };
  app.get<IdParameters>(
    '/ticket-imports/:id',
    { schema: { ...reading, response: { 200: one, ...failures(403, 404) } } },
    async (request, reply) => {
      const { ticketImport } = await rest.run(request, reply, RestTicketImportDocument, request.params);
      return ticketImport && importOf(ticketImport);
    },
  );
}

function reportRoute(app: FastifyInstance, rest: RestApi, services: AttendanceServices): void {
  const summary = 'What is wrong with the rows of an import: every bad one, as CSV. Committee and above.';
  const schema = { tags, security, summary, params: importParameter, querystring: csvQuery };
  app.get<IdParameters & { Querystring: { readonly bom: boolean } }>(
    '/ticket-imports/:id/errors.csv',
    { schema: { ...schema, response: { 200: csvAnswer, ...failures(403, 404) } } },
    async (request, reply) => {
      const { id } = request.params;
      // The operation's own access rules decide.
      await rest.run(request, reply, RestTicketImportDocument, { id });
      reply.header('content-disposition', `attachment; filename="import-${id}-errors.csv"`);
      const pages: Pages<RowError> = services.importErrorPages(id);
      return await sendCsv(request, reply, pages, {
        columns: ['line', 'field', 'code', 'reason'],
        bom: request.query.bom,
      });
    },
  );
}

type ShownImport = TicketImport | RestTicketImportFieldsFragment;

function importOf(shown: ShownImport) {
  return {
    id: shown.id,
    event_id: shown.eventId,
    file_name: shown.fileName,
    mode: shown.mode,
    status: shown.status,
    rows_read: shown.rowsRead,
    rows_taken: shown.rowsTaken,
    rows_bad: shown.rowsBad,
    bytes_read: shown.bytesRead,
    bytes_total: shown.bytesTotal,
    ignored_columns: shown.ignoredColumns,
    failure: shown.failure,
    started_by: shown.startedBy.username,
    started_at: shown.startedAt,
    finished_at: shown.finishedAt,
  };
}
