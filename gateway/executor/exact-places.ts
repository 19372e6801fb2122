import {
  type GraphQLObjectType,
  getNamedType,
  isObjectType,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { type Fragments, fragmentsOf } from '../operation/fragments.ts';
import { operationDocument, operationOf } from '../operation/operation-document.ts';
import type { FetchNode, QueryPlan, QueryPlanSelectionNode, Supergraph } from '../supergraph/supergraph.ts';
import type { EntityPath } from './entity-path.ts';
import { SameSelections, selectionSetsOf } from './same-selections.ts';
import { type Selecting, selectedFields } from './selected-fields.ts';
import type { TypeConditions } from './type-conditions.ts';

export interface AskedSelections {
  readonly plan: QueryPlan;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Fragments;
  readonly clientName: (responseName: string) => string;
  readonly isOfType: TypeConditions;
}

interface PlacedFetch {
  readonly node: FetchNode;
  /** The names on the way to its objects, without the lists. */
  readonly path: EntityPath;
}

interface Selected {
  readonly type: GraphQLObjectType;
  readonly sets: readonly SelectionSetNode[];
}

/** The place of the answer itself. */
export const wholeAnswer = '';

/** Names with dots between; all items of a list have one place. */
const placeOf = (path: EntityPath) => namesOf(path).join('.');

const namesOf = (path: EntityPath) => path.filter((name) => name !== '@');

/**
 * Objects of the answer that come whole from one fetch, field by field as the client asks for them and in its order, so
 * that what an exact result has for them needs no other form.
 */
export interface ExactParts {
  /** Where they stand in the answer. */
  readonly places: ReadonlySet<string>;
  /** What of a fetch they are: all that it answers with, or the one field that it asks its entities for. */
  readonly ofFetch: ReadonlyMap<FetchNode, ExactPart>;
}

export interface ExactPart {
  readonly field?: string;
}

/** Told for object types alone. */
export function exactParts(supergraph: Supergraph, asked: AskedSelections): ExactParts {
  const { plan } = asked;
  const places = new Set<string>();
  const ofFetch = new Map<FetchNode, ExactPart>();
  const fetches = [...placedFetches(plan.node, [])];
  for (const fetch of fetches) {
    const { node, path } = fetch;
    const part = isAsItComes(fetch) ? exactPart(supergraph, asked, fetch) : undefined;
    if (!part) continue;
    const place = part.field === undefined ? path : [...path, part.field];
    if (!isAlone(node, place, fetches)) continue;
    places.add(placeOf(place));
    ofFetch.set(node, part);
  }
  return { places, ofFetch };
}

function* placedFetches(node: QueryPlan['node'], path: EntityPath): Generator<PlacedFetch> {
  if (node?.kind === 'Fetch') yield { node, path };
  else if (node?.kind === 'Flatten')
    yield* placedFetches(node.node, [...path, ...namesOf(node.path.map(String))]);
  else if (node?.kind === 'Sequence' || node?.kind === 'Parallel')
    for (const one of node.nodes) yield* placedFetches(one, path);
}

/** Of the answer's root, or of entities below it; and not rewritten. */
function isAsItComes({ node: { requires, outputRewrites }, path }: PlacedFetch): boolean {
  return path.length > 0 === Boolean(requires) && !outputRewrites?.length;
}

/** No other fetch writes to the objects at a path of this one's, or reads what is in them. */
function isAlone(node: FetchNode, path: EntityPath, fetches: readonly PlacedFetch[]): boolean {
  return !fetches.some(
    (other) => other.node !== node && (beginsWith(other.path, path) || readsAt(other, path)),
  );
}

const beginsWith = (path: EntityPath, start: EntityPath) =>
  start.every((name, depth) => path[depth] === name);

/** Whether a fetch for objects above takes something from those at the path along, by @requires or a key. */
function readsAt({ node: { requires = [] }, path: above }: PlacedFetch, path: EntityPath): boolean {
  return beginsWith(path, above) && selects(requires, path.slice(above.length));
}

function selects(selections: readonly QueryPlanSelectionNode[], [name, ...others]: EntityPath): boolean {
  return selections.some((selection) => {
    if (selection.kind === 'InlineFragment')
      return name !== undefined && selects(selection.selections, [name, ...others]);
    if ((selection.alias ?? selection.name) !== name) return false;
    return others.length === 0 || selects(selection.selections ?? [], others);
  });
}

function exactPart(
  supergraph: Supergraph,
  asked: AskedSelections,
  { node, path }: PlacedFetch,
): ExactPart | undefined {
  const { fragments, isOfType, clientName } = asked;
  const document = operationDocument(parse(node.operation, { noLocation: true }), undefined);
  const rootType = supergraph.apiSchema.getRootType(asked.operation.operation);
  if (!document || !rootType) return undefined;
  const selecting: Selecting = { fragments, isOfType };
  const there = selectedAt({ type: rootType, sets: [asked.operation.selectionSet] }, path, selecting);
  if (!there) return undefined;
  const root = operationOf(document).selectionSet;
  const fetched = node.requires
    ? root.selections.flatMap((field) => ('selectionSet' in field && field.selectionSet) || [])
    : [root];
  const same = new SameSelections(supergraph, clientName, {
    asked: selecting,
    fetched: { fragments: fragmentsOf(document), isOfType },
  });
  if (same.isSame(there.type, there.sets, fetched)) return {};
  const field = node.requires && same.onlyObject(there.type, there.sets, fetched);
  return field === undefined ? undefined : { field };
}

/** What the client asks for of the objects at a path; undefined where there are interfaces or unions on the way. */
function selectedAt(root: Selected, path: EntityPath, selecting: Selecting): Selected | undefined {
  let { type, sets } = root;
  for (const name of path) {
    const group = selectedFields(selecting, type.name, sets).get(name);
    const definition = group && type.getFields()[group[0].name.value];
    const answered = definition && getNamedType(definition.type);
    if (!group || !isObjectType(answered)) return undefined;
    type = answered;
    sets = selectionSetsOf(group);
  }
  return { type, sets };
}
