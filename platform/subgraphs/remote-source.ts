import { Pool } from 'undici';
import type { Clock } from '../clock.ts';
import { subgraphUnavailable } from '../errors.ts';
import type { SubgraphResult } from '../graphql/subgraph.ts';
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
/** A subgraph of ours answers in milliseconds; one that takes this long is stuck, in milliseconds. */
const subgraphTimeout = 1_800;
/** A page of a hundred entities with everything is far below, in bytes. */
const largestAnswer = 16 * 1024 * 1024;

/** A subgraph in another process: signed calls over pooled keep-alive connections. */
export function remoteSource({ name, url, serviceSecret, clock, log }: RemoteSourceSettings): SubgraphSource {
  const { origin, pathname: path } = new URL(url);
  const pool = new Pool(origin, {
    connections,
    connectTimeout: subgraphTimeout,
    maxResponseSize: largestAnswer,
  });
  return {
    name,
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
      try {
        const timeout = AbortSignal.timeout(subgraphTimeout);
        const limit = signal ? AbortSignal.any([signal, timeout]) : timeout;
        const response = await pool.request({ method: 'POST', path, headers, body, signal: limit });
        if (response.statusCode !== 200) {
          await response.body.dump();
          throw new Error(`answered with status ${response.statusCode}`);
        }
        return (await response.body.json()) as SubgraphResult;
      } catch (error) {
        // The client is told that something is away, never where it would be.
        log.warn({ err: error, subgraph: name, requestId }, 'a subgraph does not answer');
        throw subgraphUnavailable();
      }
    },
    close: () => pool.close(),
  };
}
