import { BoundedCache } from '@tixgo/platform/graphql/bounded-cache.ts';
import type { LoadedSupergraph } from '../supergraph/loaded-supergraph.ts';
import { prepareStream, type StreamDocument } from './stream-document.ts';

/** Of the texts of subscriptions that are kept ready, in characters. */
const charactersKept = 200_000;
const leastCharacters = 1_000;

/** Keeps subscriptions that were validated, for one supergraph after the other. */
export class StreamDocuments {
  readonly #suggests: boolean;
  #supergraph: LoadedSupergraph | undefined;
  #known = cache();

  /** @param suggests whether a mistake is answered with what its author may have meant */
  constructor(suggests: boolean) {
    this.#suggests = suggests;
  }

  /** Undefined for one that was not asked yet, or that was forgotten. */
  find(
    supergraph: LoadedSupergraph,
    source: string,
    operationName: string | undefined,
  ): StreamDocument | undefined {
    return this.#of(supergraph).get(keyOf(source, operationName));
  }

  /** @throws for what is no document, does not fit the schema, or has no such subscription */
  prepare(supergraph: LoadedSupergraph, source: string, operationName: string | undefined): StreamDocument {
    const settings = { supergraph, suggests: this.#suggests };
    const document = prepareStream(settings, source, operationName);
    this.#of(supergraph).set(keyOf(source, operationName), document);
    return document;
  }

  #of(supergraph: LoadedSupergraph): BoundedCache<string, StreamDocument> {
    if (supergraph !== this.#supergraph) {
      this.#supergraph = supergraph;
      this.#known = cache();
    }
    return this.#known;
  }
}

const cache = () =>
  new BoundedCache<string, StreamDocument>(charactersKept, ({ source }) =>
    Math.max(leastCharacters, source.length),
  );

const keyOf = (source: string, operationName = '') => `${operationName}\n${source}`;
