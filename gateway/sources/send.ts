import { systemClock } from '@tixgo/platform/clock.ts';
import { subgraphUnavailable } from '@tixgo/platform/errors.ts';
import type { RequestScope } from '@tixgo/platform/graphql/subgraph.ts';
import type { Deadline } from '@tixgo/platform/http/deadline.ts';
import type { SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';
import type { Tracing } from '@tixgo/platform/tracing/tracing.ts';
import type { Send } from '../executor/execution.ts';
import type { ExplainedFetch, Explanation } from '../observability/explanation.ts';
import { type SendTraced, tracedFetches } from '../observability/traced-fetches.ts';
import { batchingSource } from './batching-source.ts';
import { breakingSource } from './breaking-source.ts';
import { sharingSource } from './sharing-source.ts';

/** In whose name, and until when, a request's fetches go out. */
export interface FetchScope extends RequestScope, Deadline {
  readonly deadline: number;
  readonly explanation?: Explanation | undefined;
}

/** What is done for fetches of one caller that are under way at once. */
export interface FetchSettings {
  /** Equal ones are asked once. */
  readonly areShared: boolean;
  /** Those for entities are joined. */
  readonly areBatched: boolean;
}

/** A remote source as it is asked; one in this process has nothing to gain. */
export function economical(source: SubgraphSource, { areShared, areBatched }: FetchSettings): SubgraphSource {
  const breaking = breakingSource(source, systemClock);
  const batching = areBatched ? batchingSource(breaking) : breaking;
  return areShared ? sharingSource(batching) : batching;
}

/** How the fetches of requests reach the subgraphs. */
export type SendFor = (scope: FetchScope) => Send;

export function sendTo(sources: ReadonlyMap<string, SubgraphSource>, tracing?: Tracing): SendFor {
  const isRemote = (subgraph: string) => sources.get(subgraph)?.isRemote === true;
  return ({ viewer, requestId, address, userAgent, signal, deadline, explanation, traceparent: parent }) => {
    const ask: SendTraced = async ({ subgraph, text: query }, variables, traceparent) => {
      const source = sources.get(subgraph);
      if (!source) throw subgraphUnavailable();
      return await source.execute({
        query,
        variables,
        viewer,
        requestId,
        address,
        userAgent,
        traceparent,
        signal,
        deadline,
      });
    };
    const send: Send = tracing ? tracedFetches(ask, { tracing, parent, isRemote }) : ask;
    return explanation ? explaining(send, explanation) : send;
  };
}

function explaining(send: Send, { fetches }: Explanation): Send {
  const origin = performance.now();
  return async (operation, variables) => {
    const started = performance.now();
    const { representations } = variables;
    const tell = (outcome: ExplainedFetch['outcome']) =>
      fetches.push({
        subgraph: operation.subgraph,
        operation: operation.text,
        ...(Array.isArray(representations) && { entities: representations.length }),
        startedAt: started - origin,
        milliseconds: performance.now() - started,
        outcome,
      });
    try {
      const result = await send(operation, variables);
      tell(result.errors ? 'partial' : 'ok');
      return result;
    } catch (error) {
      tell('failed');
      throw error;
    }
  };
}
