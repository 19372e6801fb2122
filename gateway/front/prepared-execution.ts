import { publicError } from '@tixgo/platform/graphql/public-errors.ts';
import type { SubgraphResult } from '@tixgo/platform/graphql/subgraph.ts';
import type { Log } from '@tixgo/platform/logging.ts';
import { hasRole } from '@tixgo/platform/viewer.ts';
import type { AskedOperation } from '../document/document-cache.ts';
import type { Variables } from '../executor/execution.ts';
import type { DocumentGuard } from '../guards/document-guard.ts';
import type { LoadedSupergraph } from '../supergraph/loaded-supergraph.ts';
import type { GatewayContext } from './request-context.ts';
import type { RunOperation } from './run-operation.ts';

export interface PreparedExecutionSettings {
  readonly supergraph: LoadedSupergraph;
  readonly guard: DocumentGuard;
  readonly run: RunOperation;
  readonly log: Log;
}

export interface OperationRequest {
  readonly query: string;
  readonly variables: Variables;
  readonly operationName: string | undefined;
}

/**
 * Runs operations that are prepared already and that nothing stands against. Whatever else there is to say of a request,
 * Apollo Server says it: that a document is new or wrong, that its caller may not run it, that a variable does not fit.
 */
export class PreparedExecution {
  readonly #settings: PreparedExecutionSettings;

  constructor(settings: PreparedExecutionSettings) {
    this.#settings = settings;
  }

  /** Undefined when it is not for this way. */
  async run(request: OperationRequest, context: GatewayContext): Promise<SubgraphResult | undefined> {
    const asked = this.find(request, context);
    return asked && (await this.runFound(asked, request, context));
  }

  /** One that `find` gave for the same request. */
  async runFound(
    asked: AskedOperation,
    { variables }: OperationRequest,
    context: GatewayContext,
  ): Promise<SubgraphResult> {
    const { run, log } = this.#settings;
    const result = await run(asked, variables, context);
    if (result.isExact) return result;
    const { data, errors } = result;
    if (!errors) return { data };
    return { data, errors: errors.map((error) => publicError(error, context.requestId, log)) };
  }

  /** Undefined when it is not for this way. */
  find(
    { query, operationName, variables }: OperationRequest,
    { viewer, refusal, isOurs }: Pick<GatewayContext, 'viewer' | 'refusal' | 'isOurs'>,
  ): AskedOperation | undefined {
    const { supergraph, guard } = this.#settings;
    if (refusal || (!isOurs && guard.untrusted(query))) return undefined;
    const asked = supergraph.documents.find(query, operationName);
    if (!asked) return undefined;
    const { prepared, operation, literalValues } = asked;
    const mayRun = prepared.requirements(operationName).every(({ role }) => hasRole(viewer, role));
    if (!mayRun || !operation.fits(variables)) return undefined;
    if (isOurs) return asked;
    return guard.isWithinCost(query, operation.cost(variables, literalValues)) ? asked : undefined;
  }
}
