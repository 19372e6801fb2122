import { AsyncLocalStorage } from 'node:async_hooks';
import type { ApolloServerPlugin, GraphQLRequestContext } from '@apollo/server';
import { type DocumentNode, GraphQLError, OperationTypeNode, parse } from 'graphql';
import type { AskedOperation } from '../document/document-cache.ts';
import type { DocumentGuard } from '../guards/document-guard.ts';
import type { LoadedSupergraph } from '../supergraph/loaded-supergraph.ts';
import type { GatewayContext } from './request-context.ts';

/** What each request runs, by its context; found by the plugin, used by the executor. */
export type AskedOperations = WeakMap<object, AskedOperation & { readonly scope: GatewayContext }>;

/** One request's way through Apollo Server. */
interface UnderWay {
  /** Gone on with instead of parsing the request's text. */
  document?: DocumentNode | undefined;
}

export interface KnownDocumentsSettings {
  readonly supergraph: LoadedSupergraph;
  readonly guard: DocumentGuard;
  /** Called for each document that is refused for what it is. */
  readonly onRejected: () => void;
}

/**
 * Brings prepared documents into Apollo Server's pipeline: one that is known is neither parsed nor validated again, and
 * a whole document is refused before it is planned when its caller may not reach one of its coordinates.
 */
export class KnownDocuments {
  readonly asked: AskedOperations = new WeakMap();
  readonly #underWay = new AsyncLocalStorage<UnderWay>();
  readonly #known = new WeakMap<object, AskedOperation>();
  readonly #rejected = new WeakMap<object, Error>();
  readonly #supergraph: LoadedSupergraph;
  readonly #guard: DocumentGuard;
  readonly #onRejected: () => void;

  constructor({ supergraph, guard, onRejected }: KnownDocumentsSettings) {
    this.#supergraph = supergraph;
    this.#guard = guard;
    this.#onRejected = onRejected;
  }

  /**
   * Apollo Server asks it before it parses. It gives each request what its own plugin found, and keeps nothing: a document
   * may be one of another text that differs in literals, or one in the place of a document that is refused.
   */
  readonly store = {
    get: async () => this.#underWay.getStore()?.document,
    set: async () => {},
    delete: async () => {},
  };

  /** Each request goes to Apollo Server within it. */
  bring<Answer>(request: () => Answer): Answer {
    return this.#underWay.run({}, request);
  }

  plugin(): ApolloServerPlugin<GatewayContext> {
    return {
      requestDidStart: async () => ({
        didResolveSource: async ({ source, request, contextValue }) => {
          const underWay = this.#underWay.getStore();
          if (!underWay) throw new Error('A request came to Apollo Server by itself.');
          const known = this.#supergraph.documents.find(source, request.operationName);
          if (known) this.#known.set(contextValue, known);
          const exceeded = contextValue.isOurs ? undefined : this.#refusalOf(source, known !== undefined);
          if (exceeded) {
            this.#onRejected();
            this.#rejected.set(contextValue, exceeded);
          }
          underWay.document = exceeded ? inItsPlace : known?.prepared.document;
        },
        didResolveOperation: async (request) => {
          const { contextValue, operation, schema } = request;
          if (contextValue.refusal) throw refused(contextValue.refusal);
          const exceeded = this.#rejected.get(contextValue);
          if (exceeded) throw refused(exceeded);
          if (operation?.operation === OperationTypeNode.SUBSCRIPTION) throw elsewhere();
          if (!operation || !schema.getRootType(operation.operation)) throw unresolved();
          try {
            const asked = this.#operationOf(request);
            if (!contextValue.isOurs) this.#assertCost(asked, request);
            this.asked.set(contextValue, { ...asked, scope: contextValue });
          } catch (error) {
            throw refused(error);
          }
        },
      }),
    };
  }

  #refusalOf(source: string, isKnown: boolean): Error | undefined {
    return this.#guard.untrusted(source) ?? (isKnown ? undefined : this.#guard.inspect(source));
  }

  /** @throws DOCUMENT_REJECTED */
  #assertCost(
    { operation, literalValues }: AskedOperation,
    { source = '', request }: GraphQLRequestContext<GatewayContext>,
  ): void {
    const variables = request.variables ?? {};
    // What does not fit is refused for that.
    if (operation.fits(variables)) this.#guard.assertCost(source, operation.cost(variables, literalValues));
  }

  /** @throws UNAUTHENTICATED, FORBIDDEN */
  #operationOf({
    source = '',
    document,
    request: { operationName },
    contextValue,
  }: GraphQLRequestContext<GatewayContext>): AskedOperation {
    const { documents } = this.#supergraph;
    const { viewer } = contextValue;
    const known = this.#known.get(contextValue);
    known?.prepared.assertMayRun(viewer, operationName);
    const asked = known ?? (document && documents.prepare(source, document, operationName, viewer));
    if (!asked) throw unresolved();
    return asked;
  }
}

/** What Apollo Server goes on with instead of a document that is too large to be looked at. */
const inItsPlace = parse('{ __typename }');

/** GraphQL over HTTP: a well-formed answer to application/json is 200, whatever it says. */
function refused(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const extensions = { ...Reflect.get(error, 'extensions'), http: { status: 200 } };
  return new GraphQLError(error.message, { extensions, originalError: error });
}

function elsewhere(): GraphQLError {
  const extensions = { code: 'OPERATION_RESOLUTION_FAILURE', http: { status: 200 } };
  return new GraphQLError('Subscriptions are answered by server-sent events at /graphql/stream.', {
    extensions,
  });
}

function unresolved(): GraphQLError {
  const extensions = { code: 'OPERATION_RESOLUTION_FAILURE', http: { status: 200 } };
  return new GraphQLError('Name one of the document’s operations; it must be a query or a mutation.', {
    extensions,
  });
}
