import type { Tracing } from '@tixgo/platform/tracing/tracing.ts';
import type { OperationResult } from '../executor/compiled-operation.ts';
import type { GatewayMetrics } from '../observability/gateway-metrics.ts';
import { measuredOperations } from '../observability/measured-operations.ts';
import type { OfOperation } from '../observability/of-operation.ts';
import { tracedOperations } from '../observability/traced-operations.ts';
import type { SendFor } from '../sources/send.ts';

/** Runs a prepared operation that its caller may run, whichever way the request came. */
export type RunOperation = OfOperation<Promise<OperationResult>>;

export interface RunSettings {
  readonly send: SendFor;
  readonly metrics: GatewayMetrics | undefined;
  readonly tracing: Tracing | undefined;
  /** Whether somebody vouches for a document, and so for its name. */
  readonly isTrusted: (source: string) => boolean;
}

export function runningOperations({ send, metrics, tracing, isTrusted }: RunSettings): RunOperation {
  const nameOf: OfOperation<string | undefined> = (asked, _variables, { isOurs }) =>
    isOurs || isTrusted(asked.source) ? asked.operation.name : undefined;
  const run: RunOperation = async ({ operation, literalValues }, variables, context) => {
    if (context.explanation) context.explanation.plan = operation.planFor(variables, literalValues);
    return await operation.execute(variables, literalValues, send(context));
  };
  const traced = tracing ? tracedOperations(run, tracing, nameOf) : run;
  return metrics ? measuredOperations(traced, metrics, nameOf) : traced;
}
