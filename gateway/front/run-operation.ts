import type { Tracing } from '@tixgo/platform/tracing/tracing.ts';
import type { AskedOperation } from '../document/document-cache.ts';
import type { OperationResult } from '../executor/compiled-operation.ts';
import type { Variables } from '../executor/execution.ts';
import type { GatewayMetrics } from '../observability/gateway-metrics.ts';
import { tracedOperations } from '../observability/traced-operations.ts';
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

export interface RunSettings {
  readonly send: SendFor;
  readonly metrics: GatewayMetrics | undefined;
  readonly tracing: Tracing | undefined;
  /** Whether somebody vouches for a document, and so for its name. */
  readonly isTrusted: (source: string) => boolean;
}

export function runningOperations({ send, metrics, tracing, isTrusted }: RunSettings): RunOperation {
  const nameOf = (asked: AskedOperation, _variables: Variables, { isOurs }: GatewayContext) =>
    isOurs || isTrusted(asked.source) ? asked.operation.name : undefined;
  const run: RunOperation = async ({ operation, literalValues }, variables, context) => {
    if (context.explanation) context.explanation.plan = operation.plan;
    return await operation.execute(variables, literalValues, send(context));
  };
  const traced = tracing ? tracedOperations(run, tracing, nameOf) : run;
  if (!metrics) return traced;
  return async (asked, variables, context) => {
    const started = performance.now();
    const result = await traced(asked, variables, context);
    const name = nameOf(asked, variables, context);
    const outcome = result.errors ? (result.data ? 'partial' : 'failed') : 'ok';
    metrics.operation(name ?? unnamed, outcome, (performance.now() - started) / 1000);
    return result;
  };
}
