import { isObject } from '@tixgo/platform/json-values.ts';
import type { QueryPlanSelectionNode } from '../supergraph/supergraph.ts';
import type { ResponseObject } from './execution.ts';
import { merge } from './merge.ts';
import type { TypeConditions } from './type-conditions.ts';

/** Takes from an entity what a subgraph needs to know it by; undefined when something of it is missing. */
export type Representing = (entity: ResponseObject) => ResponseObject | undefined;

/** @param requires the selections of a plan's fetch, over the whole supergraph */
export function representing(
  requires: readonly QueryPlanSelectionNode[],
  isOfType: TypeConditions,
): Representing {
  const take = taking(requires, isOfType);
  return (entity) => {
    const representation = take(entity);
    return representation && typeof representation.__typename === 'string' ? representation : undefined;
  };
}

type Fragment = Extract<QueryPlanSelectionNode, { kind: 'InlineFragment' }>;
type Take = (source: ResponseObject) => ResponseObject | undefined;
type TakePart = (source: ResponseObject, into: ResponseObject) => boolean;

function taking(selections: readonly QueryPlanSelectionNode[], isOfType: TypeConditions): Take {
  const [first, ...others] = selections;
  if (first?.kind === 'InlineFragment' && others.length === 0) return takingWithin(first, isOfType);
  const parts = selections.map((selection) =>
    selection.kind === 'Field' ? takingField(selection, isOfType) : takingFragment(selection, isOfType),
  );
  return (source) => {
    const taken: ResponseObject = {};
    for (const part of parts) if (!part(source, taken)) return undefined;
    return taken;
  };
}

/**
 * A field that is missing could not be fetched, and an object above it is null by that: there is no way to ask for this
 * entity, and the error is told already.
 */
function takingField(
  { alias, name, selections }: Extract<QueryPlanSelectionNode, { kind: 'Field' }>,
  isOfType: TypeConditions,
): TakePart {
  const responseName = alias ?? name;
  const take = selections && taking(selections, isOfType);
  return (source, into) => {
    const value = source[responseName];
    if (value === undefined || !Object.hasOwn(source, responseName)) return false;
    const taken = take ? takeEach(take, value) : value;
    if (taken === undefined) return false;
    into[responseName] = taken;
    return true;
  };
}

/** Undefined when something is missing of an object in it. */
function takeEach(take: Take, value: unknown): unknown {
  if (!Array.isArray(value)) return isObject(value) ? take(value) : null;
  const taken = value.map((item) => takeEach(take, item));
  return taken.includes(undefined) ? undefined : taken;
}

function takingFragment(fragment: Fragment, isOfType: TypeConditions): TakePart {
  const take = takingWithin(fragment, isOfType);
  return (source, into) => {
    merge(into, take(source), isOfType);
    return true;
  };
}

/** What a fragment cannot give whole it does not give. */
function takingWithin({ typeCondition, selections }: Fragment, isOfType: TypeConditions) {
  const take = taking(selections, isOfType);
  return (source: ResponseObject): ResponseObject => {
    const typename = source.__typename;
    if (typeCondition !== undefined && (typeof typename !== 'string' || !isOfType(typename, typeCondition)))
      return {};
    return take(source) ?? {};
  };
}
