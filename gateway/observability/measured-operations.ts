import type { OperationResult } from '../executor/compiled-operation.ts';
import type { GatewayMetrics, Outcome } from './gateway-metrics.ts';
import type { OfOperation } from './of-operation.ts';

/** Of documents that nobody vouches for. */
const unnamed = 'other';

/** @param nameOf an operation's name where somebody vouches for it: others' would be series that strangers make */
export function measuredOperations(
  run: OfOperation<Promise<OperationResult>>,
  metrics: GatewayMetrics,
  nameOf: OfOperation<string | undefined>,
): OfOperation<Promise<OperationResult>> {
  return async (...operation) => {
    const started = performance.now();
    let outcome: Outcome = 'failed';
    try {
      const result = await run(...operation);
      outcome = outcomeOf(result);
      return result;
    } finally {
      metrics.operation(nameOf(...operation) ?? unnamed, outcome, (performance.now() - started) / 1000);
    }
  };
}

function outcomeOf({ data, errors }: OperationResult): Outcome {
  if (!errors) return 'ok';
  return data ? 'partial' : 'failed';
}
