import type { SubgraphRequest, SubgraphResult } from '@tixgo/platform/graphql/subgraph.ts';
import type { SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';
import { copy } from '../executor/merge.ts';
import { callerKey } from './caller-key.ts';

/** A query that a subgraph has not answered yet. */
class FetchUnderWay {
  readonly answer: Promise<SubgraphResult>;
  isShared = false;
  readonly #variables: SubgraphRequest['variables'];
  #text: string | undefined;

  constructor(answer: Promise<SubgraphResult>, variables: SubgraphRequest['variables']) {
    this.answer = answer;
    this.#variables = variables;
  }

  /** Written out for those alone that have another of their kind beside them: few have. */
  get variables(): string {
    this.#text ??= textOf(this.#variables);
    return this.#text;
  }
}

const textOf = (variables: SubgraphRequest['variables']) => JSON.stringify(variables) ?? '';

/**
 * Lets equal queries of one caller that are under way at once share one answer. Nobody shares with anybody else: what a
 * subgraph answers may depend on who asks. Mutations are never shared.
 */
export function sharingSource(source: SubgraphSource): SubgraphSource {
  /** By caller and document. */
  const underWay = new Map<string, Set<FetchUnderWay>>();

  return {
    ...source,
    execute: async (request) => {
      if (!isQuery(request)) return await source.execute(request);
      const { query, variables } = request;
      const kind = `${callerKey(request)}\n${query}`;
      const alike = underWay.get(kind) ?? new Set();
      const known = equalAmong(alike, variables);
      if (known) {
        known.isShared = true;
        return copy(await known.answer);
      }
      const fetch = new FetchUnderWay(source.execute(request), variables);
      underWay.set(kind, alike.add(fetch));
      try {
        const result = await fetch.answer;
        // The executor writes to what it gets.
        return fetch.isShared ? copy(result) : result;
      } finally {
        alike.delete(fetch);
        if (alike.size === 0) underWay.delete(kind);
      }
    },
  };
}

function equalAmong(
  alike: ReadonlySet<FetchUnderWay>,
  variables: SubgraphRequest['variables'],
): FetchUnderWay | undefined {
  if (alike.size === 0) return undefined;
  const text = textOf(variables);
  return [...alike].find((fetch) => fetch.variables === text);
}

/** Fetches come from plans, which name the kind of a mutation. */
export function isQuery({ query }: SubgraphRequest): boolean {
  return !query.startsWith('mutation');
}
