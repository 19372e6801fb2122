import type { FetchNode } from '../supergraph/supergraph.ts';
import type { EntityPath } from './entity-path.ts';
import type { SubgraphOperation, Variables } from './execution.ts';

export interface FetchOperation {
  readonly operation: SubgraphOperation;
  /** The variables that it declares, of all that a request gives; what is not given is left to its default. */
  readonly variablesOf: (given: Variables) => Record<string, unknown>;
}

/** What a fetch sends, as far as it is the same for every request. */
export function fetchOperation(node: FetchNode, path: EntityPath): FetchOperation {
  const operation: SubgraphOperation = {
    subgraph: node.serviceName,
    // Named after the client's operation; without that, equal fetches of different documents are one to a subgraph.
    text: node.operation.replace(/^(query|mutation)\s+\w+/, '$1'),
    path: path.join('.'),
  };
  return { operation, variablesOf: choosing(node.variableUsages) };
}

function choosing(names: readonly string[] | undefined): FetchOperation['variablesOf'] {
  if (!names || names.length === 0) return () => ({});
  return (given) => {
    const chosen: Record<string, unknown> = {};
    for (const name of names) {
      // A variable may be called constructor.
      const value = Object.hasOwn(given, name) ? given[name] : undefined;
      if (value !== undefined) chosen[name] = value;
    }
    return chosen;
  };
}
