import type { SubgraphResult } from '@tixgo/platform/graphql/subgraph.ts';
import { isObject } from '@tixgo/platform/json-values.ts';
import type { FetchNode, QueryPlanSelectionNode } from '../supergraph/supergraph.ts';
import { type EntityPath, entitiesAt } from './entity-path.ts';
import { entityTexts, giveText, textOfOnlyField, withText } from './entity-text.ts';
import type { ExactPart } from './exact-places.ts';
import type { ResponseObject, Step, SubgraphOperation } from './execution.ts';
import { type AskedEntity, tellEntityErrors, tellFailure } from './fetch-errors.ts';
import { fetchOperation } from './fetch-operation.ts';
import { copy, merge } from './merge.ts';
import { representing } from './representation.ts';
import { type Rewriting, rewriting } from './rewrites.ts';
import type { TypeConditions } from './type-conditions.ts';

export interface EntityFetchSettings {
  readonly path: EntityPath;
  readonly isOfType: TypeConditions;
  /** What of the entities of an exact result may stand in the answer as it came. */
  readonly exactPart: ExactPart | undefined;
}

/** A fetch of `_entities`: more fields of objects that are known by their keys. */
export function entityFetch(node: FetchNode, { path, isOfType, exactPart }: EntityFetchSettings): Step {
  const { operation, variablesOf } = fetchOperation(node, path);
  const rewriteOutput = rewriting(node.outputRewrites, isOfType);
  const represent = representingAll(node, isOfType);
  return async (execution) => {
    const { representations, asked } = represent(entitiesAt(execution.data, path));
    if (representations.length === 0) return;
    try {
      const variables = { ...variablesOf(execution.variables), representations };
      const result = await execution.send(operation, variables);
      tellEntityErrors(execution, result.errors, path, asked);
      const mergeAll = () => {
        const received = entitiesOf(result, representations.length, operation);
        if (received) mergeEntities(asked, received, rewriteOutput, isOfType);
      };
      const texts = exactPart && textsOf(result, representations.length);
      if (texts && leaveAsTexts(asked, texts, exactPart)) execution.unmerged.push(mergeAll);
      else mergeAll();
    } catch (error) {
      tellFailure(execution, error, path);
    }
  };
}

/** @throws for another number of them */
function entitiesOf({ data }: SubgraphResult, count: number, { subgraph }: SubgraphOperation) {
  if (!isObject(data)) return undefined;
  const received = data._entities;
  if (!Array.isArray(received) || received.length !== count)
    throw new Error(`${subgraph} did not answer with one entity for each representation.`);
  return received;
}

/** Undefined for what is not exact, and where an entity is null: what is null around it then, shaping finds out. */
function textsOf({ json }: SubgraphResult, count: number): readonly string[] | undefined {
  const texts = json && entityTexts(json);
  return texts?.length === count && !texts.includes('null') ? texts : undefined;
}

/** @returns false where the field is known already */
function leaveAsTexts(
  asked: readonly AskedEntity[],
  texts: readonly string[],
  { field }: ExactPart,
): boolean {
  if (field === undefined) {
    for (const { entity, index } of asked) giveText(entity, texts[index] ?? '');
    return true;
  }
  if (asked.some(({ entity }) => Object.hasOwn(entity, field))) return false;
  for (const { entity, index } of asked) entity[field] = withText(textOfOnlyField(texts[index] ?? '', field));
  return true;
}

interface Represented {
  readonly representations: readonly ResponseObject[];
  readonly asked: readonly AskedEntity[];
}

/** Equal representations are sent once. Entities that cannot be represented are left as they are. */
function representingAll(node: FetchNode, isOfType: TypeConditions) {
  const { requires = [], inputRewrites } = node;
  const represent = representing(requires, isOfType);
  const rewriteInput = rewriting(inputRewrites, isOfType);
  const onlyValue = takingOnlyValue(requires);
  return (entities: readonly ResponseObject[]): Represented => {
    const representations: ResponseObject[] = [];
    const asked: AskedEntity[] = [];
    const byValue = new Map<string, number>();
    const byJson = new Map<string, number>();
    for (const entity of entities) {
      const representation = represent(entity);
      if (!representation) continue;
      rewriteInput?.(representation);
      const value = onlyValue(representation);
      const known = value === undefined ? byJson : byValue;
      const key = value ?? JSON.stringify(representation);
      let index = known.get(key);
      if (index === undefined) {
        index = representations.push(representation) - 1;
        known.set(key, index);
      }
      asked.push({ entity, index });
    }
    return { representations, asked };
  };
}

/** What tells usual representations, of one type with one text, which need not be written out for that. */
function takingOnlyValue([fragment, ...others]: readonly QueryPlanSelectionNode[]) {
  const nothing = () => undefined;
  if (fragment?.kind !== 'InlineFragment' || others.length > 0) return nothing;
  const { typeCondition, selections } = fragment;
  const [field, ...more] = selections.filter((one) => one.kind !== 'Field' || one.name !== '__typename');
  if (field?.kind !== 'Field' || more.length > 0) return nothing;
  const name = field.alias ?? field.name;
  return (representation: ResponseObject): string | undefined => {
    const value = representation[name];
    return typeof value === 'string' && representation.__typename === typeCondition ? value : undefined;
  };
}

function mergeEntities(
  asked: readonly AskedEntity[],
  received: readonly unknown[],
  rewriteOutput: Rewriting | undefined,
  isOfType: TypeConditions,
): void {
  // One that stands in several places is written to in each.
  const merged = asked.length > received.length ? new Set<number>() : undefined;
  for (const { entity, index } of asked) {
    const one = received[index];
    if (!isObject(one)) continue;
    const answer = merged?.has(index) ? copy(one) : one;
    merged?.add(index);
    answer.__typename ??= entity.__typename;
    rewriteOutput?.(answer);
    merge(entity, answer, isOfType);
  }
}
