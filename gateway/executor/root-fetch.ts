import { isObject } from '@tixgo/platform/json-values.ts';
import type { FetchNode } from '../supergraph/supergraph.ts';
import { type EntityPath, entitiesAt } from './entity-path.ts';
import type { Step } from './execution.ts';
import { tellFailure, tellRootErrors } from './fetch-errors.ts';
import { fetchOperation } from './fetch-operation.ts';
import { copy, merge } from './merge.ts';
import { rewriting } from './rewrites.ts';
import type { TypeConditions } from './type-conditions.ts';

/** A fetch of root fields; below a field that answers a root type again, for each of its objects the same. */
export function rootFetch(node: FetchNode, path: EntityPath, isOfType: TypeConditions): Step {
  const { operation, variablesOf } = fetchOperation(node, path);
  const rewriteOutput = rewriting(node.outputRewrites, isOfType);
  return async (execution) => {
    const targets = entitiesAt(execution.data, path);
    if (targets.length === 0) return;
    try {
      const { data, errors } = await execution.send(operation, variablesOf(execution.variables));
      tellRootErrors(execution, errors, path);
      if (!isObject(data)) return;
      rewriteOutput?.(data);
      for (const [index, target] of targets.entries())
        merge(target, index === 0 ? data : copy(data), isOfType);
    } catch (error) {
      tellFailure(execution, error, path);
    }
  };
}
