import { errorCode } from '@tixgo/platform/error-code.ts';
import type { SubgraphResult } from '@tixgo/platform/graphql/subgraph.ts';
import type { Span, Tracing } from '@tixgo/platform/tracing/tracing.ts';
import type { Send, SubgraphOperation, Variables } from '../executor/execution.ts';
import { errorTypeOf } from './error-type.ts';

/** Sends a fetch as a part of a trace. */
export type SendTraced = (
  operation: SubgraphOperation,
  variables: Variables,
  traceparent?: string,
) => Promise<SubgraphResult>;

export interface FetchesOfOperation {
  readonly tracing: Tracing;
  /** The operation's own. */
  readonly parent: string | undefined;
  readonly isRemote: (subgraph: string) => boolean;
}

/** A span for each fetch of an operation: one that is shared or joined with others is a span of each. */
export function tracedFetches(send: SendTraced, { tracing, parent, isRemote }: FetchesOfOperation): Send {
  return async (operation, variables) => {
    const kind = isRemote(operation.subgraph) ? 'client' : 'internal';
    const span = tracing.start(`fetch ${operation.subgraph}`, {
      kind,
      parent,
      attributes: attributesOf(operation, variables),
    });
    return await ending(span, send(operation, variables, span.traceparent));
  };
}

function attributesOf({ subgraph, text, path }: SubgraphOperation, { representations }: Variables) {
  return {
    'tixgo.subgraph': subgraph,
    'graphql.operation.type': text.startsWith('mutation') ? 'mutation' : 'query',
    'tixgo.fetch.path': path,
    ...(Array.isArray(representations) && { 'tixgo.fetch.entities': representations.length }),
  };
}

async function ending(span: Span, sent: Promise<SubgraphResult>): Promise<SubgraphResult> {
  try {
    const result = await sent;
    span.end(errorTypeOf(result));
    return result;
  } catch (error) {
    span.end(String(errorCode(error) ?? 'INTERNAL_SERVER_ERROR'));
    throw error;
  }
}
