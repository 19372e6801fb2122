import { BoundedCache } from '@tixgo/platform/graphql/bounded-cache.ts';
import type { Viewer } from '@tixgo/platform/viewer.ts';
import type { DocumentNode } from 'graphql';
import type { Variables } from '../executor/execution.ts';
import { type DocumentTemplate, documentTemplate } from './document-template.ts';
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

  /** Undefined for one that was not asked yet, or that was forgotten. @throws when it cannot be planned */
  find(source: string, operationName: string | undefined): AskedOperation | undefined {
    const template = documentTemplate(source);
    const known = template && this.#byTemplate.get(template.key);
    if (known === undefined) return undefined;
    const prepared = known === verbatim ? undefined : known;
    return (
      asked(prepared, operationName, source, template) ??
      asked(this.#byText.get(source), operationName, source)
    );
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
    // Where the template is known, a literal of this text does not fit in.
    if (template && this.#byTemplate.get(template.key) === undefined) {
      const prepared = new PreparedDocument(this.#settings, document, template);
      prepared.assertMayRun(viewer, operationName);
      const found = asked(prepared, operationName, source, template);
      this.#byTemplate.set(template.key, found ? prepared : verbatim);
      if (found) return found;
    }
    const prepared = new PreparedDocument(this.#settings, document, undefined);
    prepared.assertMayRun(viewer, operationName);
    const found = asked(prepared, operationName, source);
    if (found) this.#byText.set(source, prepared);
    return found;
  }
}

/** The document holds its own text, literals and comments included. */
function weightOf(prepared: PreparedDocument | typeof verbatim, key: string): number {
  const text = prepared === verbatim ? key.length : key.length + prepared.length;
  return Math.max(text, leastCharacters);
}

function asked(
  prepared: PreparedDocument | undefined,
  operationName: string | undefined,
  source: string,
  template?: DocumentTemplate,
): AskedOperation | undefined {
  const operation = prepared?.operation(operationName);
  const literalValues = operation?.literalValues(template?.literals ?? []);
  return prepared && operation && literalValues && { prepared, operation, literalValues, source };
}
