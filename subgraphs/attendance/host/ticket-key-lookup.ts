import type { Ed25519Jwk } from '@tixgo/platform/compact-jws.ts';
import { newId } from '@tixgo/platform/ids.ts';
import { lookupFailure, lookupTimeout } from '@tixgo/platform/subgraphs/entity-lookup.ts';
import type { SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';

/** Asks the ticket service for the public keys of ticket codes. @throws SUBGRAPH_UNAVAILABLE when it does not answer */
export function ticketKeyLookup(
  sourceOf: (subgraph: string) => SubgraphSource,
  service: string,
): () => Promise<Ed25519Jwk[]> {
  return async () => {
    const result = await sourceOf('ticket').execute({
      query: '{ ticketKeys }',
      variables: {},
      viewer: { kind: 'service', name: service },
      requestId: newId(),
      signal: AbortSignal.timeout(lookupTimeout),
    });
    const [error] = result.errors ?? [];
    if (error) throw lookupFailure(error);
    return ((result.data?.ticketKeys ?? []) as string[]).map((key) => JSON.parse(key) as Ed25519Jwk);
  };
}
