import type { PlanNode, QueryPlan } from '../supergraph/supergraph.ts';
import { entityFetch } from './entity-fetch.ts';
import type { EntityPath } from './entity-path.ts';
import type { Step } from './execution.ts';
import { rootFetch } from './root-fetch.ts';
import type { TypeConditions } from './type-conditions.ts';

const nothing: Step = async () => {};

/** Turns a plan into steps, once for a document: paths are joined, selections and rewrites become functions. */
export function planSteps({ node }: QueryPlan, isOfType: TypeConditions): Step {
  if (!node) return nothing;
  if (node.kind === 'Subscription') throw new Error('A subscription is no query plan to execute.');
  return stepOf(node, [], isOfType);
}

/** @param path to the objects that the node is about */
export function stepOf(node: PlanNode, path: EntityPath, isOfType: TypeConditions): Step {
  switch (node.kind) {
    case 'Fetch':
      return node.requires ? entityFetch(node, path, isOfType) : rootFetch(node, path, isOfType);
    case 'Flatten':
      return stepOf(node.node, [...path, ...node.path.map(String)], isOfType);
    case 'Sequence':
      return inSequence(node.nodes.map((one) => stepOf(one, path, isOfType)));
    case 'Parallel':
      return inParallel(node.nodes.map((one) => stepOf(one, path, isOfType)));
    case 'Condition':
      return conditional(
        node.condition,
        node.ifClause && stepOf(node.ifClause, path, isOfType),
        node.elseClause && stepOf(node.elseClause, path, isOfType),
      );
    case 'Defer':
      throw new Error('@defer is not planned for.');
  }
}

function inSequence(steps: readonly Step[]): Step {
  return async (execution) => {
    for (const step of steps) await step(execution);
  };
}

function inParallel(steps: readonly Step[]): Step {
  return async (execution) => {
    await Promise.all(steps.map((step) => step(execution)));
  };
}

/** The variable is a Boolean!: its value, or its default, is among those of the execution. */
function conditional(variable: string, whenTrue: Step = nothing, whenFalse: Step = nothing): Step {
  return async (execution) =>
    await (execution.variables[variable] === true ? whenTrue : whenFalse)(execution);
}
