import { isDeepStrictEqual } from 'node:util';
import type { SubgraphRequest, SubgraphResult } from '@tixgo/platform/graphql/subgraph.ts';
import { beforeAbort } from '@tixgo/platform/http/deadline.ts';
import type { SourceRequest, SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';
import { WrittenResult } from '@tixgo/platform/subgraphs/written-result.ts';
import { copy } from '../executor/merge.ts';
import { callerKey } from './caller-key.ts';
import { FetchesByKind } from './fetches-by-kind.ts';
import { forSeveral } from './for-several.ts';

/** A query that a subgraph has not answered yet. */
interface FetchUnderWay {
  readonly answer: Promise<SubgraphResult>;
  readonly variables: SubgraphRequest['variables'];
  isShared: boolean;
}

const copyOf = (result: SubgraphResult) => (result.json ? new WrittenResult(result.json) : copy(result));

/**
 * Lets equal queries of one caller that are under way at once share one answer. Nobody shares with anybody else: what a
 * subgraph answers may depend on who asks. Mutations are never shared.
 */
export function sharingSource(source: SubgraphSource): SubgraphSource {
  const underWay = new FetchesByKind<Set<FetchUnderWay>>();

  const share = async (request: SourceRequest): Promise<SubgraphResult> => {
    const { query, variables } = request;
    const caller = callerKey(request);
    const alike = underWay.get(query, caller) ?? new Set();
    const known = [...alike].find((fetch) => isDeepStrictEqual(fetch.variables, variables));
    if (known) {
      known.isShared = true;
      return copyOf(await beforeAbort(known.answer, request.signal));
    }
    const answer = source.execute(forSeveral(request));
    const fetch: FetchUnderWay = { answer, variables, isShared: false };
    if (alike.add(fetch).size === 1) underWay.set(query, caller, alike);
    try {
      const result = await beforeAbort(fetch.answer, request.signal);
      // The executor writes to what it gets.
      return fetch.isShared ? copyOf(result) : result;
    } finally {
      alike.delete(fetch);
      if (alike.size === 0) underWay.delete(query, caller);
    }
  };
  return { ...source, execute: (request) => (isQuery(request) ? share(request) : source.execute(request)) };
}

/** Fetches come from plans, which name the kind of a mutation. */
export function isQuery({ query }: SubgraphRequest): boolean {
  return !query.startsWith('mutation');
}
