import type { ApiError } from '@tixgo/platform/errors.ts';
import { type DocumentNode, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { documentTemplate } from '../document/document-template.ts';
import type { DocumentLimits, Exceeded, LimitName } from './document-limits.ts';
import { mergedFields } from './merged-fields.ts';
import { rejection } from './rejection.ts';
import { rootFieldNames } from './root-fields.ts';
import { type Fragments, measuringWrittenOut } from './written-out.ts';

/** Of the root fields that take a core for a quarter of a second each, a request may have one. */
const onlyOnce: ReadonlySet<string> = new Set([
  'login',
  'register',
  'changePassword',
  'resetPassword',
  'requestPasswordReset',
]);

export interface GuardSettings {
  readonly limits: DocumentLimits;
  /** Whether a client is told which limit its document is over. */
  readonly areTold: boolean;
}

/** Refuses documents that would hold up the process, before they are validated or planned. */
export class DocumentGuard {
  readonly #settings: GuardSettings;

  constructor(settings: GuardSettings) {
    this.#settings = settings;
  }

  /** The refusal of a document, if there is one. What is no document is not looked at: it fails to parse. */
  inspect(source: string): ApiError | undefined {
    const { limits, areTold } = this.#settings;
    const tokens = documentTemplate(source)?.tokens ?? 0;
    if (tokens > limits.tokens)
      return rejection({ limit: 'tokens', allowed: limits.tokens, found: tokens }, areTold);
    const document = parsed(source);
    const exceeded = document && exceededLimit(document, limits);
    return exceeded && rejection(exceeded, areTold);
  }

  isWithinCost(cost: number): boolean {
    return cost <= this.#settings.limits.cost;
  }

  /** @throws DOCUMENT_REJECTED */
  assertCost(cost: number): void {
    const { limits, areTold } = this.#settings;
    if (!this.isWithinCost(cost))
      throw rejection({ limit: 'cost', allowed: limits.cost, found: cost }, areTold);
  }
}

function parsed(source: string): DocumentNode | undefined {
  try {
    return parse(source, { noLocation: true });
  } catch {
    return undefined;
  }
}

/** The first limit that one of a document's operations is over. */
export function exceededLimit(document: DocumentNode, limits: DocumentLimits): Exceeded | undefined {
  const fragments: Fragments = new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  const measure = measuringWrittenOut(fragments);
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const { isEndless, fields, depth, aliases, directives } = measure(definition.selectionSet);
    if (isEndless) continue;
    const exceeded =
      firstOver(limits, { fields, depth, aliases, directives }) ??
      overWrittenOut(definition, fields, fragments, limits);
    if (exceeded) return exceeded;
  }
  return undefined;
}

/** What can be looked at once the document is known to be small. */
function overWrittenOut(
  { selectionSet }: OperationDefinitionNode,
  fields: number,
  fragments: Fragments,
  limits: DocumentLimits,
): Exceeded | undefined {
  const height = mergedFields([selectionSet], fragments);
  const names = rootFieldNames(selectionSet, fragments);
  const costly = names.filter((name) => onlyOnce.has(name)).length;
  return (
    firstOver(limits, { height, duplicates: fields - height, rootFields: names.length }) ??
    (costly > 1 ? { limit: 'onlyOnce', allowed: 1, found: costly } : undefined)
  );
}

function firstOver(
  limits: DocumentLimits,
  found: Readonly<Partial<Record<keyof DocumentLimits, number>>>,
): Exceeded | undefined {
  for (const [name, count] of Object.entries(found) as [LimitName & keyof DocumentLimits, number][]) {
    if (count > limits[name]) return { limit: name, allowed: limits[name], found: count };
  }
  return undefined;
}
