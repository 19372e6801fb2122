import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Authentication } from '@tixgo/platform/authentication.ts';
import { deadlineOf } from '@tixgo/platform/http/deadline.ts';
import { endWhole } from '@tixgo/platform/http/end-whole.ts';
import {
  type FirstListener,
  type HttpService,
  type Pass,
  requestIdOf,
} from '@tixgo/platform/http/http-service.ts';
import type { PublicDoor } from '@tixgo/platform/http/public-door.ts';
import { traceparentOf } from '@tixgo/platform/http/traceparent.ts';
import { userAgentOf } from '@tixgo/platform/http/user-agent.ts';
import type { Log } from '@tixgo/platform/logging.ts';
import { answerBody, answerHeaders, isPlain, plainOperation } from './plain-request.ts';
import type { OperationRequest, PreparedExecution } from './prepared-execution.ts';

export interface FirstPathSettings {
  /** Over the supergraph that is served now. */
  readonly execution: () => PreparedExecution;
  readonly authentication: Authentication;
  readonly door: PublicDoor;
  readonly http: Pick<HttpService, 'addressOf' | 'isDraining'>;
  readonly deadline: number;
  /** What the framework reads of a body at most, in bytes. */
  readonly bodyLimit: number;
  readonly log: Log;
}

/** Longer ones are the framework's, in bytes. */
const longestBody = 64 * 1024;

/**
 * As the short path, and past the framework too, whose way of a request costs more than a typical operation. It passes on
 * whatever there is more to say of: pages of other sites, cookies, limits that are reached, broken bodies.
 */
export function firstPath(settings: FirstPathSettings): FirstListener {
  const { door, bodyLimit } = settings;
  const mostBytes = Math.min(longestBody, bodyLimit);
  return (request, response, pass) => {
    const isShort = Number(request.headers['content-length']) <= mostBytes;
    // Before its body is read: what is turned away is to cost nothing.
    if (!isShort || !isPlain(request) || !door.isOpenFor(request)) return pass();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => void answer(settings, request, response, Buffer.concat(chunks), pass));
  };
}

/** Never rejects. */
async function answer(
  settings: FirstPathSettings,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
  pass: Pass,
): Promise<void> {
  const operation = operationIn(body.toString());
  // Where it cannot be told who asks, the framework fails in the same way, and has the words for it.
  const isAnswered =
    operation && (await answerFound(settings, request, response, operation).catch(() => false));
  if (!isAnswered) pass(body);
}

/** Resolves to whether it answers. */
async function answerFound(
  settings: FirstPathSettings,
  request: IncomingMessage,
  response: ServerResponse,
  operation: OperationRequest,
): Promise<boolean> {
  const { authentication, door, http, deadline, log } = settings;
  const { viewer, refusal } = await authentication.ofMessage(request);
  const execution = settings.execution();
  const asked = execution.find(operation, { viewer, refusal });
  if (!asked) return false;
  const address = http.addressOf(request);
  const doorHeaders = door.admit(viewer, address);
  if (!doorHeaders) return false;
  const requestId = requestIdOf(request);
  const headers = { 'x-request-id': requestId, ...doorHeaders };
  const userAgent = userAgentOf(request);
  const traceparent = traceparentOf(request);
  const until = deadlineOf(response, deadline);
  const context = { viewer, refusal, requestId, address, userAgent, traceparent, ...until };
  try {
    const body = answerBody(await execution.runFound(asked, operation, context));
    respond(response, 200, headers, body, http.isDraining());
  } catch (error) {
    log.error({ requestId, err: error }, 'unexpected error');
    respond(response, 500, headers, unexpected, http.isDraining());
  }
  return true;
}

const unexpected = Buffer.from(JSON.stringify({ detail: 'Something went wrong on our side.' }));

function respond(
  response: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders,
  body: Buffer,
  isLast: boolean,
): void {
  if (isLast) response.setHeader('connection', 'close');
  endWhole(response, status, { ...headers, ...answerHeaders }, body);
}

/** What the framework would refuse to read is left to it, however its letters are written. */
const poison = /__proto__|constructor|\\u00[567]/;

function operationIn(body: string): OperationRequest | undefined {
  if (poison.test(body)) return undefined;
  try {
    return plainOperation(JSON.parse(body));
  } catch {
    return undefined;
  }
}
