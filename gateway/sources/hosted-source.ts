import { subgraphUnavailable } from '@tixgo/platform/errors.ts';
import type { ExecutableSubgraph } from '@tixgo/platform/graphql/subgraph.ts';
import type { SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';

/** A subgraph in this process: no HTTP, no serialisation. */
export function hostedSource(subgraph: ExecutableSubgraph): SubgraphSource {
  return {
    name: subgraph.name,
    execute: async ({ signal, ...request }) => {
      if (signal?.aborted) throw subgraphUnavailable();
      return await beforeAbort(subgraph.execute(request), signal);
    },
    close: async () => {},
  };
}

/** Gives up waiting at the deadline. The work itself goes on: its effect is kept or not, but nobody is told. */
async function beforeAbort<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return await work;
  return await new Promise<T>((resolve, reject) => {
    const giveUp = () => reject(subgraphUnavailable());
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
