import type { SourceRequest } from '@tixgo/platform/subgraphs/subgraph-source.ts';

/** A fetch whose answer several wait for, each until its own time is over: the first of them is not to end it for all. */
export function forSeveral({ signal: _, deadline: __, ...request }: SourceRequest): SourceRequest {
  return request;
}
