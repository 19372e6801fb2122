import { askAsService, lookupPatience } from './ask-as-service.ts';
import type { EntityLookup } from './subgraph-dependencies.ts';
import type { SubgraphSource } from './subgraph-source.ts';

/**
 * Lets a service ask the owner of an entity over the same source that the gateway uses.
 * @param sourceOf the source of a subgraph by its name
 * @param service in whose name it is asked
 */
export function entityLookup(sourceOf: (subgraph: string) => SubgraphSource, service: string): EntityLookup {
  return async (subgraph, typename, key, fields) => {
    const data = await askAsService(sourceOf(subgraph), {
      query: `query($representations: [_Any!]!) { _entities(representations: $representations) { ... on ${typename} { ${fields} } } }`,
      variables: { representations: [{ __typename: typename, ...key }] },
      service,
      patience: lookupPatience,
    });
    const [entity = null] = (data._entities ?? []) as (Record<string, unknown> | null)[];
    return entity;
  };
}
