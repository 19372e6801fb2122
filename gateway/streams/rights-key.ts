import type { UserViewer } from '@tixgo/platform/viewer.ts';
import type { PlanNode, QueryPlan } from '../supergraph/supergraph.ts';

/**
 * What these answer to the queries of events depends on nothing of the viewer but the role; a test of the attendance
 * service holds it to that.
 */
const answeringByRole: ReadonlySet<string> = new Set(['attendance']);

/** Equal for viewers who are answered alike by all fetches of a plan: then one may be asked for all. */
export function rightsKey({ node }: QueryPlan, viewer: UserViewer): string {
  const isByRole = node !== undefined && subgraphsOf(node).every((name) => answeringByRole.has(name));
  return isByRole ? viewer.role : JSON.stringify(viewer);
}

type AnyPlanNode = PlanNode | NonNullable<QueryPlan['node']>;

function subgraphsOf(node: AnyPlanNode): string[] {
  switch (node.kind) {
    case 'Fetch':
      return [node.serviceName];
    case 'Flatten':
      return subgraphsOf(node.node);
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap(subgraphsOf);
    // Our plans have none of these; whoever does is answered alone.
    case 'Condition':
    case 'Defer':
    case 'Subscription':
      return [node.kind];
  }
}
