import type { Tracing } from '@tixgo/platform/tracing/tracing.ts';
import type { OperationResult } from '../executor/compiled-operation.ts';
import { errorTypeOf } from './error-type.ts';
import type { OfOperation } from './of-operation.ts';

/** @param nameOf an operation's name where somebody vouches for it: others' say what strangers like */
export function tracedOperations(
  run: OfOperation<Promise<OperationResult>>,
  tracing: Tracing,
  nameOf: OfOperation<string | undefined>,
): OfOperation<Promise<OperationResult>> {
  return async (asked, variables, context) => {
    const name = nameOf(asked, variables, context);
    const { type } = asked.operation;
    const span = tracing.start(name === undefined ? type : `${type} ${name}`, {
      kind: 'server',
      parent: context.traceparent,
      attributes: {
        'graphql.operation.type': type,
        ...(name !== undefined && { 'graphql.operation.name': name }),
        'graphql.document.hash': asked.prepared.hash,
        'tixgo.request_id': context.requestId,
      },
    });
    try {
      const result = await run(asked, variables, { ...context, traceparent: span.traceparent });
      span.end(errorTypeOf(result));
      return result;
    } catch (error) {
      span.end('INTERNAL_SERVER_ERROR');
      throw error;
    }
  };
}
