import type { AskedOperation } from '../document/document-cache.ts';
import type { OperationResult } from '../executor/compiled-operation.ts';
import type { Variables } from '../executor/execution.ts';
import type { GatewayMetrics } from '../observability/gateway-metrics.ts';
import type { SendFor } from '../sources/send.ts';
import type { GatewayContext } from './request-context.ts';

/** Runs a prepared operation that its caller may run, whichever way the request came. */
export type RunOperation = (
  asked: AskedOperation,
  variables: Variables,
  context: GatewayContext,
) => Promise<OperationResult>;

/** Of documents that nobody vouches for. */
const unnamed = 'other';

/** @param isTrusted whether somebody vouches for a document, and so for its name */
export function runningOperations(
  send: SendFor,
  metrics: GatewayMetrics | undefined,
  isTrusted: (source: string) => boolean,
): RunOperation {
  const run: RunOperation = async ({ operation, literalValues }, variables, context) => {
    if (context.explanation) context.explanation.plan = operation.plan;
    return await operation.execute(variables, literalValues, send(context));
  };
  if (!metrics) return run;
  return async (asked, variables, context) => {
    const started = performance.now();
    const result = await run(asked, variables, context);
    const name = context.isOurs || isTrusted(asked.source) ? asked.operation.name : undefined;
    const outcome = result.errors ? (result.data ? 'partial' : 'failed') : 'ok';
    metrics.operation(name ?? unnamed, outcome, (performance.now() - started) / 1000);
    return result;
  };
}
