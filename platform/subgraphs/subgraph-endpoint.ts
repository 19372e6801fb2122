import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { ApiError, type ErrorCode } from '../errors.ts';
import type { ExecutableSubgraph, SubgraphRequest } from '../graphql/subgraph.ts';
import { endWhole } from '../http/end-whole.ts';
import { requestIdOf } from '../http/http-service.ts';
import { traceparentOf } from '../http/traceparent.ts';
import { isAbsent, isObject } from '../json-values.ts';
import type { Log } from '../logging.ts';
import { type Caller, notSigned } from '../service-signature.ts';
import { answerJoined } from './answer-joined.ts';
import { type CallIdentitySettings, callIdentity } from './call-identity.ts';
import { acceptedTypes, acceptPostHeader, callsIn, joinedCallsType } from './joined-calls.ts';
import { deadlineAfter } from './patience.ts';

export interface SubgraphEndpointSettings extends CallIdentitySettings {
  readonly subgraph: ExecutableSubgraph;
  readonly log: Log;
  /** Whether a connection is to end with its next answer. */
  readonly isDraining: () => boolean;
}

/** Where the gateway finds a subgraph. */
export const subgraphPath = '/graphql';

/** A fetch for a hundred entities, each with the longest key, is far below; in bytes. */
const largestBody = 1024 * 1024;

interface OperationBody {
  readonly query: string;
  readonly variables: Record<string, unknown> | undefined;
  readonly operationName: string | undefined;
}

/** An answer that is no result: the call itself was wrong. */
class CallRefused extends Error {
  readonly status: number;
  readonly code: ErrorCode | 'BAD_REQUEST';

  constructor(status: number, code: ErrorCode | 'BAD_REQUEST', message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/**
 * `POST /graphql` for the gateway, on Node's own HTTP: every call says who the viewer is and has one operation.
 * The framework of the public doors costs more than a typical operation here, and has nothing to add.
 */
export function subgraphEndpoint(settings: SubgraphEndpointSettings): RequestListener {
  return (request, response) => void serve(settings, request, response);
}

async function serve(
  settings: SubgraphEndpointSettings,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { isDraining, log } = settings;
  try {
    const answer = await takeCall(settings, request);
    if (isDraining()) response.setHeader('connection', 'close');
    answer(response);
  } catch (error) {
    // What is left of a body that is too large is not read.
    if (isDraining() || !request.complete) response.setHeader('connection', 'close');
    if (error instanceof CallRefused) {
      if (error.status === 405) response.setHeader('allow', 'POST');
      respond(response, error.status, refusal(error.code, error.message));
      return;
    }
    log.error({ err: error, requestId: request.headers['x-request-id'] }, 'unexpected error');
    respond(response, 500, refusal('INTERNAL_SERVER_ERROR', 'Something went wrong on our side.'));
  }
}

type Answer = (response: ServerResponse) => void;

/** @throws CallRefused */
async function takeCall(settings: SubgraphEndpointSettings, request: IncomingMessage): Promise<Answer> {
  const arrivedAt = performance.now();
  if (request.method !== 'POST') throw new CallRefused(405, 'BAD_REQUEST', 'Operations come by POST.');
  const identify = refusing(() => callIdentity(settings, request));
  const body = await readBody(request);
  const caller = refusing(() => identify(body));
  const { subgraph, log } = settings;
  if (request.headers['content-type'] === joinedCallsType) {
    const calls = joinedCalls(body, caller, arrivedAt);
    return (response) => answerJoined(calls, subgraph, response, log);
  }
  const { viewer, address, userAgent, patience } = caller;
  const deadline = deadlineAfter(patience, arrivedAt);
  const operation = parseOperation(body);
  const requestId = requestIdOf(request);
  const traceparent = traceparentOf(request);
  const scope = { viewer, address, userAgent, deadline, requestId, traceparent };
  const result = await subgraph.execute({ ...operation, ...scope });
  return (response) => respond(response, 200, result);
}

/** Only a service vouches for others. @throws CallRefused */
function joinedCalls(body: string, { viewer }: Caller, arrivedAt: number): readonly SubgraphRequest[] {
  if (viewer.kind !== 'service') throw new CallRefused(401, 'UNAUTHENTICATED', notSigned);
  try {
    return callsIn(body, arrivedAt);
  } catch {
    throw new CallRefused(400, 'BAD_REQUEST', 'The body is not lines of calls.');
  }
}

/** By events: a stream's iterator costs as much as the rest of a small call. */
function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= largestBody) chunks.push(chunk);
      else reject(new CallRefused(413, 'BAD_REQUEST', 'The body is too large.'));
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString()));
    request.on('error', () => reject(new CallRefused(400, 'BAD_REQUEST', 'The body broke off.')));
  });
}

/** @throws CallRefused for whom `identify` does not know */
function refusing<T>(identify: () => T): T {
  try {
    return identify();
  } catch (error) {
    if (error instanceof ApiError) throw new CallRefused(401, 'UNAUTHENTICATED', error.message);
    throw error;
  }
}

/** As graphql-http has it: a request that is well formed but for its GraphQL is answered with 200 and errors. */
function parseOperation(body: string): OperationBody {
  const { query, variables, operationName } = parseObject(body);
  if (typeof query !== 'string') throw malformed('query');
  if (!isAbsent(variables) && !isObject(variables)) throw malformed('variables');
  if (!isAbsent(operationName) && typeof operationName !== 'string') throw malformed('operationName');
  return { query, variables: variables ?? undefined, operationName: operationName ?? undefined };
}

function parseObject(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    if (isObject(value)) return value;
  } catch {}
  throw new CallRefused(400, 'BAD_REQUEST', 'The body is not a JSON object.');
}

const malformed = (field: string) =>
  new CallRefused(400, 'BAD_REQUEST', `The operation’s ${field} is malformed.`);

const refusal = (code: string, message: string) => ({ errors: [{ message, extensions: { code } }] });

const jsonHeaders = {
  'content-type': 'application/json; charset=utf-8',
  [acceptPostHeader]: acceptedTypes,
};

/** @throws for an answer that is not JSON, before anything is sent */
function respond(response: ServerResponse, status: number, answer: object): void {
  const body = Buffer.from(JSON.stringify(answer));
  endWhole(response, status, jsonHeaders, body);
}
