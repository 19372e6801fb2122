import type { ApolloServerPlugin, GraphQLRequestContext } from '@apollo/server';
import { BoundedCache } from '@tixgo/platform/graphql/bounded-cache.ts';
import { type DocumentNode, GraphQLError, OperationTypeNode, parse } from 'graphql';
import type { AskedOperation } from '../document/document-cache.ts';
import type { DocumentGuard } from '../guards/document-guard.ts';
import type { LoadedSupergraph } from '../supergraph/loaded-supergraph.ts';
import type { GatewayContext } from './request-context.ts';

/** What each request runs, by its context; found by the plugin, used by the executor. */
export type AskedOperations = WeakMap<object, AskedOperation & { readonly scope: GatewayContext }>;

/** Of the texts of documents of requests under way, in characters. One that is forgotten is parsed once more. */
const charactersUnderWay = 200_000;

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
  readonly #byHash = new BoundedCache<string, DocumentNode>(charactersUnderWay, weightOf);
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

  /** Apollo Server asks it before it parses. Keys end in the hash of the text. */
  readonly store = {
    get: async (key: string) => this.#byHash.get(key.slice(-sha256Length)),
    set: async () => {},
    delete: async () => {},
  };

  plugin(): ApolloServerPlugin<GatewayContext> {
    return {
      requestDidStart: async () => ({
        didResolveSource: async ({ source, queryHash, request, contextValue }) => {
          const known = this.#supergraph.documents.find(source, request.operationName);
          if (known) this.#known.set(contextValue, known);
          const exceeded = contextValue.isOurs ? undefined : this.#refusalOf(source, known !== undefined);
          if (exceeded) {
            this.#onRejected();
            this.#rejected.set(contextValue, exceeded);
          }
          const document = exceeded ? inItsPlace : known?.prepared.document;
          if (document) this.#byHash.set(queryHash, document);
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
    this.#guard.assertCost(source, operation.cost(request.variables ?? {}, literalValues));
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

const sha256Length = 64;

/** What Apollo Server goes on with instead of a document that is too large to be looked at. */
const inItsPlace = parse('{ __typename }');

function weightOf(document: DocumentNode): number {
  return document === inItsPlace ? 1 : (document.loc?.source.body.length ?? 0) + 1_000;
}

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
