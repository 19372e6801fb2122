import { assertMayRun } from '@tixgo/platform/access/requirements.ts';
import type { Authentication } from '@tixgo/platform/authentication.ts';
import { unauthenticated } from '@tixgo/platform/errors.ts';
import { userAgentOf } from '@tixgo/platform/http/user-agent.ts';
import type { Log } from '@tixgo/platform/logging.ts';
import { RestFailure } from '@tixgo/platform/rest/rest-failure.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TrustedDocuments } from '../document/trusted-documents.ts';
import type { DocumentGuard } from '../guards/document-guard.ts';
import type { LoadedSupergraph } from '../supergraph/loaded-supergraph.ts';
import { EventStream, errorEvent } from './event-stream.ts';
import type { StreamDocuments } from './stream-documents.ts';
import { unresolved } from './stream-errors.ts';
import { readStreamRequest, type StreamRequest } from './stream-request.ts';
import type { AskedStream, Streams } from './streams.ts';
import type { StreamCaller } from './subscriber.ts';

export const streamPath = '/graphql/stream';

export interface StreamRouteSettings {
  readonly streams: Streams;
  readonly documents: StreamDocuments;
  readonly supergraph: () => LoadedSupergraph;
  readonly guard: DocumentGuard;
  readonly trusted: TrustedDocuments;
  readonly authentication: Authentication;
  readonly log: Log;
  /** Called for each document that is refused for what it is. */
  readonly onRejected: () => void;
}

/**
 * GraphQL over SSE, distinct connections mode. By POST of JSON with the token in a header, which no page of another site
 * can send: a cookie opens nothing here.
 */
export function registerStreamRoute(app: FastifyInstance, settings: StreamRouteSettings): void {
  app.post(streamPath, async (request, reply) => {
    if (!isJson(request.headers['content-type']))
      throw new RestFailure(415, 'Send the subscription as JSON, with Content-Type: application/json.');
    if (!takesEvents(request.headers.accept))
      throw new RestFailure(406, 'Streams are text/event-stream; accept that.');
    const caller = await callerOf(request, settings);
    reply.hijack();
    const stream = new EventStream(reply.raw, headersOf(reply));
    try {
      await subscribe(settings, request, caller, stream);
    } catch (error) {
      // GraphQL over SSE: a request that was understood is answered by events, whatever they say.
      stream.end(errorEvent(error, request.id, settings.log));
    }
  });
  app.addHook('preClose', async () => await settings.streams.stop());
}

type Caller = StreamCaller | Error;

async function callerOf(request: FastifyRequest, { authentication }: StreamRouteSettings): Promise<Caller> {
  const { viewer, refusal, expiresAt } = await authentication.ofRequest(request);
  if (refusal) return refusal;
  if (viewer.kind !== 'user' || !expiresAt) return unauthenticated();
  const { id: requestId, ip: address } = request;
  return { viewer, expiresAt, requestId, address, userAgent: userAgentOf(request) };
}

async function subscribe(
  settings: StreamRouteSettings,
  request: FastifyRequest,
  caller: Caller,
  stream: EventStream,
): Promise<void> {
  if (caller instanceof Error) throw caller;
  const subscriber = settings.streams.take(caller, stream);
  const asked = askedStream(settings, await readStreamRequest(request.body, settings.trusted), caller);
  await settings.streams.open(subscriber, asked);
}

/** @throws what /graphql would refuse a document with */
function askedStream(
  { supergraph, documents, guard, onRejected }: StreamRouteSettings,
  { query, operationName, variables }: StreamRequest,
  { viewer }: StreamCaller,
): AskedStream {
  const loaded = supergraph();
  const known = documents.find(loaded, query, operationName);
  const exceeded = guard.untrusted(query) ?? (known ? undefined : guard.inspect(query));
  if (exceeded) {
    onRejected();
    throw exceeded;
  }
  const document = known ?? documents.prepare(loaded, query, operationName);
  assertMayRun(viewer, document.requirements);
  const about = document.argumentsOf(variables);
  const { text, document: parsed, operationName: name } = document.query;
  const asked = loaded.documents.find(text, name) ?? loaded.documents.prepare(text, parsed, name, viewer);
  if (!asked) throw unresolved();
  guard.assertCost(query, asked.operation.cost(variables, asked.literalValues));
  return { supergraph: loaded.id, document, asked: { ...asked, source: query }, variables, about };
}

const isJson = (contentType = '') => /^application\/json(;|$)/i.test(contentType.trim());

function takesEvents(accept: string | undefined): boolean {
  return accept === undefined || /text\/(event-stream|\*)|\*\/\*/.test(accept);
}

/** Those that hooks have set: who may read the answer, and what browsers are to make of it. */
function headersOf(reply: FastifyReply): Record<string, string> {
  return Object.fromEntries(
    Object.entries(reply.getHeaders()).map(([name, value]) => [name, [value].flat().join(', ')]),
  );
}
