import { createHash } from 'node:crypto';
import { Supergraph as ComposedSupergraph, operationFromDocument } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import type { DocumentNode, GraphQLSchema } from 'graphql';

export type {
  FetchDataRewrite,
  FetchNode,
  PlanNode,
  QueryPlan,
  QueryPlanSelectionNode,
} from '@apollo/query-planner';

import type { QueryPlan } from '@apollo/query-planner';

/** A composed schema, loaded and ready to plan with. */
export interface Supergraph {
  /** SHA-256 of the text, in hex. */
  readonly id: string;
  readonly sdl: string;
  /** What clients see. */
  readonly apiSchema: GraphQLSchema;
  /** With what only subgraphs see of one another: the types of keys and of required fields. */
  readonly fullSchema: GraphQLSchema;
  /** Their names and the addresses that were composed in. */
  readonly subgraphs: readonly { readonly name: string; readonly url: string }[];
  /**
   * Plans the one operation of a valid document. Synchronous, 0.5 to 2 ms for a usual one.
   * @throws for one whose possible plans cannot be counted
   */
  plan(document: DocumentNode): QueryPlan;
}

/**
 * The one place that relies on the private parts of Apollo's packages, whose versions are pinned in package.json:
 * loading and planning as @apollo/gateway does them (its index.ts, `updateWithSchemaAndNotify` and `executor`).
 * @throws for a text that is no supergraph
 */
export function loadSupergraph(sdl: string): Supergraph {
  const composed = ComposedSupergraph.build(sdl);
  const api = composed.apiSchema();
  const planner = new QueryPlanner(composed);
  return {
    id: createHash('sha256').update(sdl).digest('hex'),
    sdl,
    apiSchema: api.toGraphQLJSSchema(),
    fullSchema: composed.schema.toGraphQLJSSchema(),
    subgraphs: composed.subgraphsMetadata(),
    plan: (document) => planner.buildQueryPlan(operationFromDocument(api, document)),
  };
}
