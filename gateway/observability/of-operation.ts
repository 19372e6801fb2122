import type { AskedOperation } from '../document/document-cache.ts';
import type { Variables } from '../executor/execution.ts';
import type { GatewayContext } from '../front/request-context.ts';

/** Something that is done or known for each operation of a request. */
export type OfOperation<Answer> = (
  asked: AskedOperation,
  variables: Variables,
  context: GatewayContext,
) => Answer;
