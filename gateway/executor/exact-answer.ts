import type { ExactResult } from '@tixgo/platform/graphql/subgraph.ts';
import type { Execution, Send, Step } from './execution.ts';

/** The answer to the one fetch of a plan where it is exact; any other is left to the step, as is what fails. */
export type TakeExact = (execution: Execution) => Promise<ExactResult | undefined>;

export function takingExact(run: Step): TakeExact {
  return async (execution) => {
    let exact: ExactResult | undefined;
    const send: Send = async (operation, variables) => {
      const result = await execution.send(operation, variables);
      if (!result.isExact) return result;
      exact = result;
      return {};
    };
    await run({ ...execution, send });
    return exact;
  };
}
