import type { FetchNode, PlanNode, QueryPlan } from '../supergraph/supergraph.ts';
import { entityFetch } from './entity-fetch.ts';
import type { EntityPath } from './entity-path.ts';
import type { ExactPart } from './exact-places.ts';
import type { Step } from './execution.ts';
import { rootFetch } from './root-fetch.ts';
import type { TypeConditions } from './type-conditions.ts';

export interface StepSettings {
  readonly isOfType: TypeConditions;
  /** What of an exact result needs no other form. */
  readonly exactParts: ReadonlyMap<FetchNode, ExactPart>;
}

const nothing: Step = async () => {};

/** Turns a plan into steps, once for a document: paths are joined, selections and rewrites become functions. */
export function planSteps({ node }: QueryPlan, settings: StepSettings): Step {
  if (!node) return nothing;
  if (node.kind === 'Subscription') throw new Error('A subscription is no query plan to execute.');
  return stepOf(node, [], settings);
}

/** @param path to the objects that the node is about */
function stepOf(node: PlanNode, path: EntityPath, settings: StepSettings): Step {
  switch (node.kind) {
    case 'Fetch':
      return fetchStep(node, path, settings);
    case 'Flatten':
      return stepOf(node.node, [...path, ...node.path.map(String)], settings);
    case 'Sequence':
      return inSequence(node.nodes.map((one) => stepOf(one, path, settings)));
    case 'Parallel':
      return inParallel(node.nodes.map((one) => stepOf(one, path, settings)));
    case 'Condition':
    case 'Defer':
      throw new Error(`${node.kind} is not planned for.`);
  }
}

function fetchStep(node: FetchNode, path: EntityPath, { isOfType, exactParts }: StepSettings): Step {
  if (!node.requires) return rootFetch(node, path, isOfType);
  return entityFetch(node, { path, isOfType, exactPart: exactParts.get(node) });
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
