import { getOperationAST, OperationTypeNode, parse } from 'graphql';
import { Pool } from 'undici';
import type { Clock } from '../clock.ts';
import { errorCode } from '../error-code.ts';
import { subgraphUnavailable } from '../errors.ts';
import type { SubgraphRequest, SubgraphResult } from '../graphql/subgraph.ts';
import { AnswerBrokeOff, type AnswerHeaders, type AnswerListener, post, WholeAnswer } from '../http/post.ts';
import type { Log } from '../logging.ts';
import { type Caller, signCall } from '../service-signature.ts';
import { AnswerLeftOut, CallJoiner } from './call-joiner.ts';
import { acceptedTypes, acceptPostHeader, joinedCallsType } from './joined-calls.ts';
import { patienceUntil } from './patience.ts';
import { RetryBudget } from './retry-budget.ts';
import type { SourceRequest, SubgraphSource } from './subgraph-source.ts';

export interface RemoteSourceSettings {
  readonly name: string;
  /** The subgraph's GraphQL endpoint. */
  readonly url: string;
  readonly serviceSecret: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether calls of one turn of the event loop go out in one exchange; true by default. */
  readonly joinsCalls?: boolean;
}

/** Connections kept open to one subgraph. */
const connections = 32;
/** A subgraph of ours answers in milliseconds; one that takes this long is stuck. What is left of 2 s is for the answer. In milliseconds. */
const subgraphTimeout = 1_700;
/** A page of a hundred entities with everything is far below, in bytes. */
const largestAnswer = 16 * 1024 * 1024;

/**
 * A connection is left alone once it has idled for this long, in milliseconds: less than a process drains for in
 * production, so that it never ends one at the moment at which we ask over it.
 */
const longestIdling = 1_000;

/** A subgraph in another process: signed calls over pooled keep-alive connections. */
export function remoteSource(settings: RemoteSourceSettings): SubgraphSource {
  const { name, url, log } = settings;
  const pool = new Pool(new URL(url).origin, {
    connections,
    connectTimeout: subgraphTimeout,
    keepAliveTimeout: longestIdling,
    keepAliveMaxTimeout: longestIdling,
  });
  const transport = transportOver(pool, settings);
  const joiner = new CallJoiner(transport);
  const budget = new RetryBudget(settings.clock);
  return {
    name,
    isRemote: true,
    execute: async (asked) => {
      const latest = asked.deadline ?? Number.POSITIVE_INFINITY;
      const request = { ...asked, deadline: Math.min(performance.now() + subgraphTimeout, latest) };
      budget.count();
      try {
        return await joiner.ask(request).catch((error) => {
          if (!mayAskAgain(error, request, budget)) throw error;
          return transport.sendAlone(request);
        });
      } catch (error) {
        // The client is told that something is away, never where it would be.
        log.warn({ err: error, subgraph: name, requestId: request.requestId }, 'a subgraph does not answer');
        throw subgraphUnavailable();
      }
    },
    close: () => pool.close(),
  };
}

function transportOver(
  pool: Pool,
  { name, url, serviceSecret, clock, joinsCalls = true }: RemoteSourceSettings,
) {
  const path = new URL(url).pathname;
  let takesJoined = false;
  const signed = (body: string, caller: Caller) =>
    signCall({ method: 'POST', path, body, caller }, serviceSecret, clock);
  const note = (headers: AnswerHeaders) => {
    takesJoined = joinsCalls && headers[acceptPostHeader] === acceptedTypes;
  };
  return {
    takesJoined: () => takesJoined,
    largestAnswer,
    sendAlone: async ({
      signal,
      requestId,
      viewer,
      address,
      userAgent,
      traceparent,
      deadline,
      ...operation
    }: SourceRequest): Promise<SubgraphResult> => {
      const patience = patienceUntil(deadline);
      const timeout = patience ?? subgraphTimeout;
      const body = JSON.stringify(operation);
      const headers = {
        'content-type': 'application/json',
        'x-request-id': requestId,
        ...(traceparent !== undefined && { traceparent }),
        ...signed(body, { viewer, address, userAgent, patience }),
      };
      const answer = new WholeAnswer(largestAnswer);
      await post(pool, { path, headers, body, signal, timeout }, answer);
      note(answer.headers);
      if (answer.status !== 200) throw new Error(`answered with status ${answer.status}`);
      return JSON.parse(answer.text());
    },
    sendJoined: async (body: string, take: (chunk: Buffer) => void): Promise<void> => {
      const headers = {
        'content-type': joinedCallsType,
        ...signed(body, { viewer: { kind: 'service', name } }),
      };
      let status = 0;
      const listener: AnswerListener = {
        begin: (received, answerHeaders) => {
          status = received;
          note(answerHeaders);
        },
        take: (chunk) => {
          if (status === 200) take(chunk);
        },
      };
      await post(pool, { path, headers, body, timeout: subgraphTimeout }, listener);
      if (status >= 400 && status < 500) throw new JoinedCallsRefused(`answered with status ${status}`);
      if (status !== 200) throw new Error(`answered with status ${status}`);
    },
  };
}

/** Nothing of them was done: the other process does not take calls that are joined, or not these. */
class JoinedCallsRefused extends Error {
  override readonly name = 'JoinedCallsRefused';
}

/** Over another connection, where it cannot do harm. */
function mayAskAgain(error: unknown, request: SourceRequest, budget: RetryBudget): boolean {
  if (patienceUntil(request.deadline) === 0) return false;
  if (error instanceof JoinedCallsRefused) return true;
  return (error instanceof AnswerLeftOut || isBroken(error)) && onlyReads(request) && budget.spend();
}

const brokenConnection = new Set<unknown>(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** Before there was an answer: the other process ended the connection, as it does when it stops or is killed. */
const isBroken = (error: unknown) =>
  !(error instanceof AnswerBrokeOff) && brokenConnection.has(errorCode(error));

/** Whether it may have been done already makes no difference then. */
function onlyReads({ query, operationName }: Pick<SubgraphRequest, 'query' | 'operationName'>): boolean {
  return getOperationAST(parse(query), operationName)?.operation === OperationTypeNode.QUERY;
}
