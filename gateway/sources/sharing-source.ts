import type { SubgraphRequest, SubgraphResult } from '@tixgo/platform/graphql/subgraph.ts';
import type { SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';
import { copy } from '../executor/merge.ts';
import { callerKey } from './caller-key.ts';

interface SharedFetch {
  readonly answer: Promise<SubgraphResult>;
  isShared: boolean;
}

/**
 * Lets equal queries of one caller that are under way at once share one answer. Nobody shares with anybody else: what a
 * subgraph answers may depend on who asks. Mutations are never shared.
 */
export function sharingSource(source: SubgraphSource): SubgraphSource {
  const underWay = new Map<string, SharedFetch>();
  const first = async (key: string, fetch: SharedFetch): Promise<SubgraphResult> => {
    try {
      const result = await fetch.answer;
      // The executor writes to what it gets.
      return fetch.isShared ? copy(result) : result;
    } finally {
      underWay.delete(key);
    }
  };
  return {
    ...source,
    execute: async (request) => {
      if (!isQuery(request)) return await source.execute(request);
      const key = `${callerKey(request)}\n${JSON.stringify(request.variables)}\n${request.query}`;
      const known = underWay.get(key);
      if (known) {
        known.isShared = true;
        return copy(await known.answer);
      }
      const fetch = { answer: source.execute(request), isShared: false };
      underWay.set(key, fetch);
      return await first(key, fetch);
    },
  };
}

/** Fetches come from plans, which name the kind of a mutation. */
export function isQuery({ query }: SubgraphRequest): boolean {
  return !query.startsWith('mutation');
}
