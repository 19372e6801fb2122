import type { Ed25519Jwk } from '@tixgo/platform/compact-jws.ts';
import { askAsService, lookupPatience } from '@tixgo/platform/subgraphs/ask-as-service.ts';
import type { SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';

/** Asks the ticket service for the public keys of ticket codes. @throws SUBGRAPH_UNAVAILABLE when it does not answer */
export function ticketKeyLookup(
  sourceOf: (subgraph: string) => SubgraphSource,
  service: string,
): () => Promise<Ed25519Jwk[]> {
  return async () => {
    const question = { query: '{ ticketKeys }', service, patience: lookupPatience };
    const { ticketKeys } = await askAsService(sourceOf('ticket'), question);
    return ((ticketKeys ?? []) as string[]).map((key) => JSON.parse(key) as Ed25519Jwk);
  };
}
