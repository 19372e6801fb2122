import type { SubgraphRequest, SubgraphResult } from '../graphql/subgraph.ts';

export type SourceRequest = SubgraphRequest & { readonly signal?: AbortSignal | undefined };

/** A subgraph as the gateway reaches it, in process or remote: one interface, so that there is one code path. */
export interface SubgraphSource {
  readonly name: string;
  /** Whether asking it takes a call to another process. */
  readonly isRemote?: boolean;
  /** @throws SUBGRAPH_UNAVAILABLE when it does not answer in time or at all */
  execute(request: SourceRequest): Promise<SubgraphResult>;
  close(): Promise<void>;
}
