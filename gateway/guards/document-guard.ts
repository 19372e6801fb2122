import { ApiError } from '@tixgo/platform/errors.ts';
import { type DocumentNode, type GraphQLError, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { documentTemplate } from '../document/document-template.ts';
import type { TrustedDocuments } from '../document/trusted-documents.ts';
import { hasConditionalSubscription, noRootCondition } from '../operation/conditions.ts';
import { type Fragments, fragmentsOf } from '../operation/fragments.ts';
import type { DocumentLimits, Exceeded, LimitName } from './document-limits.ts';
import { fieldGroups } from './field-groups.ts';
import { mergedFields } from './merged-fields.ts';
import { rejection } from './rejection.ts';
import { measuringWrittenOut } from './written-out.ts';

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
  readonly trusted: TrustedDocuments;
}

/** Refuses documents that nobody vouches for, or that would hold up the process, before they are validated or planned. */
export class DocumentGuard {
  readonly #settings: GuardSettings;

  constructor(settings: GuardSettings) {
    this.#settings = settings;
  }

  /** The refusal of a document that only trusted ones are answered beside, if it is one. */
  untrusted(source: string): ApiError | undefined {
    const { trusted } = this.#settings;
    if (trusted.mode !== 'only' || trusted.isTrusted(source)) return undefined;
    return new ApiError('DOCUMENT_REJECTED', 'Only documents that are known here are answered.');
  }

  /** The refusal of a document, if there is one. What is no document is not looked at: it fails to parse. */
  inspect(source: string): ApiError | GraphQLError | undefined {
    const { limits, areTold, trusted } = this.#settings;
    if (trusted.isTrusted(source)) return undefined;
    const tokens = documentTemplate(source)?.tokens ?? 0;
    if (tokens > limits.tokens)
      return rejection({ limit: 'tokens', allowed: limits.tokens, found: tokens }, areTold);
    const document = parsed(source);
    if (!document) return undefined;
    const exceeded = exceededLimit(document, limits);
    if (exceeded) return rejection(exceeded, areTold);
    return hasConditionalSubscription(document) ? noRootCondition() : undefined;
  }

  isWithinCost(source: string, cost: number): boolean {
    const { limits, trusted } = this.#settings;
    return cost <= limits.cost || trusted.isTrusted(source);
  }

  /** @throws DOCUMENT_REJECTED */
  assertCost(source: string, cost: number): void {
    const { limits, areTold } = this.#settings;
    if (!this.isWithinCost(source, cost))
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
function exceededLimit(document: DocumentNode, limits: DocumentLimits): Exceeded | undefined {
  const fragments = fragmentsOf(document);
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
  const rootFields = [...fieldGroups([selectionSet], fragments).values()];
  const costly = rootFields.filter((group) => group.some(({ name }) => onlyOnce.has(name.value))).length;
  return (
    firstOver(limits, { height, duplicates: fields - height, rootFields: rootFields.length }) ??
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
