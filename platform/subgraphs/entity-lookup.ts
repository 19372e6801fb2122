import { ApiError, asPublicCode } from '../errors.ts';
import { newId } from '../ids.ts';
import type { EntityLookup } from './subgraph-dependencies.ts';
import type { SubgraphSource } from './subgraph-source.ts';

/** How long a scan may wait for the owner of an event that is new here, in milliseconds. */
export const lookupTimeout = 1_500;

/**
 * Lets a service ask the owner of an entity over the same source that the gateway uses.
 * @param sourceOf the source of a subgraph by its name
 * @param service in whose name it is asked
 */
export function entityLookup(sourceOf: (subgraph: string) => SubgraphSource, service: string): EntityLookup {
  return async (subgraph, typename, key, fields) => {
    const result = await sourceOf(subgraph).execute({
      query: `query($representations: [_Any!]!) { _entities(representations: $representations) { ... on ${typename} { ${fields} } } }`,
      variables: { representations: [{ __typename: typename, ...key }] },
      viewer: { kind: 'service', name: service },
      requestId: newId(),
      signal: AbortSignal.timeout(lookupTimeout),
    });
    const [error] = result.errors ?? [];
    if (error) throw lookupFailure(error);
    const [entity = null] = (result.data?._entities ?? []) as (Record<string, unknown> | null)[];
    return entity;
  };
}

export function lookupFailure({
  message,
  extensions,
}: {
  message: string;
  extensions?: { [name: string]: unknown };
}): Error {
  return asPublicCode(extensions?.code) === 'SUBGRAPH_UNAVAILABLE'
    ? new ApiError('SUBGRAPH_UNAVAILABLE', message, { retryable: true })
    : new Error(`The owner of an entity failed: ${message}`);
}
