import { getOperationAST, OperationTypeNode, parse } from 'graphql';
import { Pool } from 'undici';
import type { Clock } from '../clock.ts';
import { errorCode } from '../error-code.ts';
import { subgraphUnavailable } from '../errors.ts';
import type { SubgraphRequest, SubgraphResult } from '../graphql/subgraph.ts';
import { AnswerBrokeOff, callWithJson, type JsonAnswer } from '../http/json-call.ts';
import type { Log } from '../logging.ts';
import { signCall } from '../service-signature.ts';
import type { SubgraphSource } from './subgraph-source.ts';

export interface RemoteSourceSettings {
  readonly name: string;
  /** The subgraph's GraphQL endpoint. */
  readonly url: string;
  readonly serviceSecret: string;
  readonly clock: Clock;
  readonly log: Log;
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
export function remoteSource({ name, url, serviceSecret, clock, log }: RemoteSourceSettings): SubgraphSource {
  const { origin, pathname: path } = new URL(url);
  const pool = new Pool(origin, {
    connections,
    connectTimeout: subgraphTimeout,
    keepAliveTimeout: longestIdling,
    keepAliveMaxTimeout: longestIdling,
    maxResponseSize: largestAnswer,
  });
  return {
    name,
    isRemote: true,
    execute: async ({ signal, requestId, viewer, address, userAgent, ...operation }) => {
      const body = JSON.stringify(operation);
      const headers = {
        'content-type': 'application/json',
        'x-request-id': requestId,
        ...signCall(
          { method: 'POST', path, body, caller: { viewer, address, userAgent } },
          serviceSecret,
          clock,
        ),
      };
      const until = performance.now() + subgraphTimeout;
      const send = () =>
        callWithJson(pool, { path, headers, body, signal, timeout: until - performance.now() });
      try {
        return resultOf(await repeatedOnce(send, (error) => isBroken(error) && onlyReads(operation)));
      } catch (error) {
        // The client is told that something is away, never where it would be.
        log.warn({ err: error, subgraph: name, requestId }, 'a subgraph does not answer');
        throw subgraphUnavailable();
      }
    },
    close: () => pool.close(),
  };
}

async function repeatedOnce<Answer>(
  send: () => Promise<Answer>,
  mayRepeat: (error: unknown) => boolean,
): Promise<Answer> {
  try {
    return await send();
  } catch (error) {
    if (!mayRepeat(error)) throw error;
    return await send();
  }
}

const brokenConnection = new Set<unknown>(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** Before there was an answer: the other process ended the connection, as it does when it stops or is killed. */
const isBroken = (error: unknown) =>
  !(error instanceof AnswerBrokeOff) && brokenConnection.has(errorCode(error));

/** Whether it may have been done already makes no difference then. */
function onlyReads({ query, operationName }: Pick<SubgraphRequest, 'query' | 'operationName'>): boolean {
  return getOperationAST(parse(query), operationName)?.operation === OperationTypeNode.QUERY;
}

/** @throws for an answer that is none of a subgraph's */
function resultOf({ status, text }: JsonAnswer): SubgraphResult {
  if (status !== 200) throw new Error(`answered with status ${status}`);
  return JSON.parse(text) as SubgraphResult;
}
