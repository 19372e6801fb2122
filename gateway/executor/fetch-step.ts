import type { RaisedError } from '@tixgo/platform/graphql/public-errors.ts';
import type { FetchNode } from '../supergraph/supergraph.ts';
import { type EntityPath, entitiesAt, placesOf } from './entity-path.ts';
import {
  type Execution,
  isObject,
  type ResponseObject,
  type Step,
  type SubgraphOperation,
  type Variables,
} from './execution.ts';
import { copy, merge } from './merge.ts';
import { representing } from './representation.ts';
import { rewriting } from './rewrites.ts';
import type { TypeConditions } from './type-conditions.ts';

/** One fetch of a plan, for the objects at a path. */
export function fetchStep(node: FetchNode, path: EntityPath, isOfType: TypeConditions): Step {
  return node.requires ? entityFetch(node, path, isOfType) : rootFetch(node, path, isOfType);
}

function operationOf(node: FetchNode): SubgraphOperation {
  return {
    subgraph: node.serviceName,
    // Named after the client's operation; without that, equal fetches of different documents are one to a subgraph.
    text: node.operation.replace(/^(query|mutation)\s+\w+/, '$1'),
    kind: node.operationKind === 'mutation' ? 'mutation' : 'query',
    isEntityFetch: node.requires !== undefined,
  };
}

function rootFetch(node: FetchNode, path: EntityPath, isOfType: TypeConditions): Step {
  const operation = operationOf(node);
  const rewriteOutput = rewriting(node.outputRewrites, isOfType);
  const choose = choosing(node.variableUsages);
  return async (execution) => {
    const targets = entitiesAt(execution.data, path);
    if (targets.length === 0) return;
    try {
      const { data, errors } = await execution.send(operation, choose(execution.variables));
      if (errors) {
        for (const error of errors)
          execution.errors.push(told(error, error.path && [...path, ...error.path]));
      }
      if (!isObject(data)) return;
      rewriteOutput?.(data);
      for (const [index, target] of targets.entries())
        merge(target, index === 0 ? data : copy(data), isOfType);
    } catch (error) {
      execution.errors.push(raised(error));
    }
  };
}

interface Asked {
  readonly entity: ResponseObject;
  /** Which of the representations stands for it. */
  readonly index: number;
}

function entityFetch(node: FetchNode, path: EntityPath, isOfType: TypeConditions): Step {
  const operation = operationOf(node);
  const represent = representing(node.requires ?? [], isOfType);
  const rewriteInput = rewriting(node.inputRewrites, isOfType);
  const rewriteOutput = rewriting(node.outputRewrites, isOfType);
  const choose = choosing(node.variableUsages);

  /** Equal ones are asked for once. */
  const representAll = (entities: readonly ResponseObject[]) => {
    const representations: ResponseObject[] = [];
    const asked: Asked[] = [];
    const indexes = new Map<string, number>();
    for (const entity of entities) {
      const representation = represent(entity);
      if (!representation) continue;
      rewriteInput?.(representation);
      let index = representations.length;
      if (entities.length > 1) {
        const key = JSON.stringify(representation);
        index = indexes.get(key) ?? index;
        indexes.set(key, index);
      }
      if (index === representations.length) representations.push(representation);
      asked.push({ entity, index });
    }
    return { representations, asked };
  };

  return async (execution) => {
    const { representations, asked } = representAll(entitiesAt(execution.data, path));
    if (representations.length === 0) return;
    try {
      const variables = { ...choose(execution.variables), representations };
      const { data, errors } = await execution.send(operation, variables);
      if (errors) tellEntityErrors(execution, errors, path, asked);
      if (!isObject(data)) return;
      const entities = data._entities;
      if (!Array.isArray(entities) || entities.length !== representations.length)
        throw new Error(`${operation.subgraph} did not answer with one entity for each representation.`);
      const merged = new Set<number>();
      for (const { entity, index } of asked) {
        const received: unknown = entities[index];
        if (!isObject(received)) continue;
        const answer = merged.has(index) ? copy(received) : received;
        merged.add(index);
        answer.__typename ??= entity.__typename;
        rewriteOutput?.(answer);
        merge(entity, answer, isOfType);
      }
    } catch (error) {
      execution.errors.push({ ...raised(error), path: stem(path) });
    }
  };
}

/** Where a subgraph found the mistake in its own document says nothing to a client. */
function told({ message, extensions }: RaisedError, path: RaisedError['path']): RaisedError {
  return { message, path, extensions };
}

/** Where the objects of a fetch stand, as far as that is one place. */
function stem(path: EntityPath): RaisedError['path'] {
  const list = path.indexOf('@');
  const place = list < 0 ? path : path.slice(0, list);
  return place.length > 0 ? place : undefined;
}

/** An error of a representation is one of every place in the answer that it stood for. */
function tellEntityErrors(
  execution: Execution,
  errors: readonly RaisedError[],
  path: EntityPath,
  asked: readonly Asked[],
): void {
  const places = placesOf(execution.data, path);
  for (const error of errors) {
    const [, index, ...rest] = error.path ?? [];
    const entities = asked.filter((one) => one.index === index);
    if (typeof index !== 'number' || entities.length === 0) {
      execution.errors.push(told(error, stem(path)));
      continue;
    }
    for (const { entity } of entities) {
      for (const place of places.get(entity) ?? [[]]) execution.errors.push(told(error, [...place, ...rest]));
    }
  }
}

/** Picks what one operation declares; what is not given is left to its default. */
function choosing(names: readonly string[] | undefined): (variables: Variables) => Record<string, unknown> {
  if (!names || names.length === 0) return () => ({});
  return (variables) => {
    const chosen: Record<string, unknown> = {};
    for (const name of names) {
      // A variable may be called constructor.
      const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
      if (value !== undefined) chosen[name] = value;
    }
    return chosen;
  };
}

function raised(error: unknown): RaisedError {
  if (!(error instanceof Error)) return { message: String(error) };
  const { message, extensions }: RaisedError = error;
  return { message, extensions, originalError: error };
}
