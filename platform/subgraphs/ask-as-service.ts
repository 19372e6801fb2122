import { ApiError, asPublicCode } from '../errors.ts';
import type { SubgraphResult } from '../graphql/subgraph.ts';
import { newId } from '../ids.ts';
import type { SubgraphSource } from './subgraph-source.ts';

export interface ServiceQuestion {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** In whose name it is asked. */
  readonly service: string;
  /** How long the answer may take, in milliseconds. */
  readonly patience: number;
}

/** How long a service waits for the owner of what it does not know, as a scan does, in milliseconds. */
export const lookupPatience = 1_500;

/**
 * Asks another subgraph in a service's own name; what it answers is whole.
 * @throws SUBGRAPH_UNAVAILABLE when it does not answer, another error when it fails
 */
export async function askAsService(
  source: SubgraphSource,
  { query, variables = {}, service, patience }: ServiceQuestion,
): Promise<NonNullable<SubgraphResult['data']>> {
  const { data, errors } = await source.execute({
    query,
    variables,
    viewer: { kind: 'service', name: service },
    requestId: newId(),
    signal: AbortSignal.timeout(patience),
  });
  const [error] = errors ?? [];
  if (!error) return data ?? {};
  throw asPublicCode(error.extensions?.code) === 'SUBGRAPH_UNAVAILABLE'
    ? new ApiError('SUBGRAPH_UNAVAILABLE', error.message, { retryable: true })
    : new Error(`The owner of an entity failed: ${error.message}`);
}
