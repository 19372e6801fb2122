import { BoundedCache } from '@tixgo/platform/graphql/bounded-cache.ts';
import type { Viewer } from '@tixgo/platform/viewer.ts';
import type { DocumentNode } from 'graphql';
import type { Variables } from '../executor/execution.ts';
import { type DocumentTemplate, documentTemplate, type Literal } from './document-template.ts';
import { type PreparationSettings, PreparedDocument, type PreparedOperation } from './prepared-document.ts';

/** The operation that a request asks for, with the literals of its own text. */
export interface AskedOperation {
  readonly prepared: PreparedDocument;
  readonly operation: PreparedOperation;
  readonly literalValues: Variables;
  /** The text of the document. */
  readonly source: string;
}

/**
 * Of the texts of documents that are kept ready, in characters; a client has some dozens of a few hundred, a stranger as
 * many and as long ones as it likes. What is made of a document takes about a hundred times its text.
 */
const charactersKept = 1_000_000;
/** What is made of a short one is not less than that of so many characters: at most a thousand are kept. */
const leastCharacters = 1_000;

/** A document whose literals stay. */
const verbatim = Symbol('verbatim');

/** Keeps what was prepared: by a document's template, or by its text where its literals cannot be told apart from it. */
export class DocumentCache {
  readonly #settings: PreparationSettings;
  readonly #byTemplate = new BoundedCache<string, PreparedDocument | typeof verbatim>(
    charactersKept,
    weightOf,
  );
  readonly #byText = new BoundedCache<string, PreparedDocument>(charactersKept, weightOf);

  constructor(settings: PreparationSettings) {
    this.#settings = settings;
  }

  /** How many documents are kept. */
  get size(): number {
    return this.#byTemplate.size + this.#byText.size;
  }

  /** Undefined for one that was not asked yet, or that was forgotten. Nothing is planned. */
  find(source: string, operationName: string | undefined): AskedOperation | undefined {
    const template = documentTemplate(source);
    const shared = template && this.#byTemplate.get(template.key);
    if (shared === undefined) return undefined;
    const known =
      shared === verbatim
        ? undefined
        : asked(shared, shared.known(operationName), source, template?.literals);
    const own = known ? undefined : this.#byText.get(source);
    const found = known ?? (own && asked(own, own.known(operationName), source));
    if (found) found.prepared.timesAsked += 1;
    return found;
  }

  /** The documents that were asked most often, those first. */
  mostAsked(count: number): readonly PreparedDocument[] {
    const shared = [...this.#byTemplate.entries()]
      .map(([, kept]) => kept)
      .filter((kept) => kept !== verbatim);
    const own = [...this.#byText.entries()].map(([, kept]) => kept);
    return [...shared, ...own]
      .filter(({ timesAsked }) => timesAsked > 0)
      .sort((left, right) => right.timesAsked - left.timesAsked)
      .slice(0, count);
  }

  /**
   * Plans only what its viewer may run.
   * @param document what `source` says, and valid
   * @returns undefined when it has no such operation
   * @throws UNAUTHENTICATED, FORBIDDEN, and when it cannot be planned
   */
  prepare(
    source: string,
    document: DocumentNode,
    operationName: string | undefined,
    viewer: Viewer,
  ): AskedOperation | undefined {
    const template = documentTemplate(source);
    const shared = template && this.#prepareShared(template, source, document, operationName, viewer);
    if (shared) return shared;
    const own = this.#byText.get(source) ?? new PreparedDocument(this.#settings, document, undefined);
    own.assertMayRun(viewer, operationName);
    const found = asked(own, own.operation(operationName), source);
    if (found) this.#byText.set(source, own);
    return found;
  }

  /** Undefined where a literal does not fit in. */
  #prepareShared(
    template: DocumentTemplate,
    source: string,
    document: DocumentNode,
    operationName: string | undefined,
    viewer: Viewer,
  ): AskedOperation | undefined {
    const { key, literals } = template;
    const known = this.#byTemplate.get(key);
    if (known === verbatim) return undefined;
    const shared = known ?? new PreparedDocument(this.#settings, document, template);
    shared.assertMayRun(viewer, operationName);
    const found = asked(shared, shared.operation(operationName), source, literals);
    if (!known) this.#byTemplate.set(key, found ? shared : verbatim);
    return found;
  }
}

/** The document holds its own text, literals and comments included. */
function weightOf(prepared: PreparedDocument | typeof verbatim, key: string): number {
  const text = prepared === verbatim ? key.length : key.length + prepared.text.length;
  return Math.max(text, leastCharacters);
}

function asked(
  prepared: PreparedDocument,
  operation: PreparedOperation | undefined,
  source: string,
  literals: readonly Literal[] = [],
): AskedOperation | undefined {
  const literalValues = operation?.literalValues(literals);
  return operation && literalValues && { prepared, operation, literalValues, source };
}
