import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { SubgraphResult } from '@tixgo/platform/graphql/subgraph.ts';
import type { Deadline } from '@tixgo/platform/http/deadline.ts';
import type { Log } from '@tixgo/platform/logging.ts';
import type { RestOperation } from '@tixgo/platform/rest/rest-api.ts';
import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { finiteNumbers } from '../document/finite-numbers.ts';
import type { GatewayEnvironment } from '../env.ts';
import type { DocumentGuard } from '../guards/document-guard.ts';
import type { LoadedSupergraph } from '../supergraph/loaded-supergraph.ts';
import { apolloGateway } from './apollo-gateway.ts';
import { KnownDocuments } from './document-plugin.ts';
import { maskingPlugin } from './masking-plugin.ts';
import { PreparedExecution } from './prepared-execution.ts';
import type { GatewayContext } from './request-context.ts';
import type { RunOperation } from './run-operation.ts';
import { shortPath } from './short-path.ts';
import { statusPlugin } from './status-plugin.ts';

export interface FrontSettings {
  readonly environment: GatewayEnvironment;
  readonly guard: DocumentGuard;
  readonly run: RunOperation;
  readonly contextOf: (request: FastifyRequest, reply: FastifyReply) => Promise<GatewayContext>;
  readonly onRejected: () => void;
  readonly log: Log;
  /** Lets every request go through Apollo Server's pipeline. */
  readonly apolloAlone?: boolean | undefined;
}

/** All that answers over one supergraph. A request stays with the front that it came to. */
export interface SupergraphFront {
  readonly supergraph: LoadedSupergraph;
  readonly answer: RouteHandlerMethod;
  readonly execution: PreparedExecution;
  /** Runs an operation of ours by the way that a client's takes: the same access rules, the same masking. */
  executeStored(operation: RestOperation, until: Deadline): Promise<SubgraphResult>;
}

/** @throws for a schema that Apollo Server does not take */
export async function openFront(
  supergraph: LoadedSupergraph,
  settings: FrontSettings,
): Promise<SupergraphFront> {
  const { guard, run, log, contextOf, apolloAlone } = settings;
  const known = new KnownDocuments({ supergraph, guard, onRejected: settings.onRejected });
  const server = apolloServer(supergraph, known, settings);
  await server.start();
  const execution = new PreparedExecution({ supergraph, guard, run, log });
  const handle = fastifyApolloHandler(server, { context: contextOf });
  const apollo: RouteHandlerMethod = function answer(request, reply) {
    return known.bring(() => handle.call(this, request, reply));
  };
  return {
    supergraph,
    execution,
    answer: apolloAlone ? apollo : shortPath(execution, contextOf, apollo),
    executeStored: async (operation, until) =>
      await executeStored({ server, known, execution }, operation, until),
  };
}

interface Ways {
  readonly server: ApolloServer<GatewayContext>;
  readonly known: KnownDocuments;
  readonly execution: PreparedExecution;
}

async function executeStored(
  { server, known, execution }: Ways,
  { query, variables, ...caller }: RestOperation,
  until: Deadline,
): Promise<SubgraphResult> {
  const { viewer, refusal, requestId, address, userAgent, traceparent } = caller;
  const contextValue = {
    viewer,
    refusal,
    requestId,
    address,
    userAgent,
    traceparent,
    ...until,
    isOurs: true,
  };
  const prepared = await execution.run({ query, variables, operationName: undefined }, contextValue);
  if (prepared) return prepared;
  const { body } = await known.bring(
    async () => await server.executeOperation({ query, variables: { ...variables } }, { contextValue }),
  );
  if (body.kind !== 'single') throw new Error('A stored operation asked for parts to follow.');
  const { data, errors } = body.singleResult;
  return { ...(data !== undefined && { data }), ...(errors && { errors }) };
}

/** Holds nothing that would have to be closed: with its last request it is gone. */
function apolloServer(
  supergraph: LoadedSupergraph,
  known: KnownDocuments,
  { environment, run, log }: FrontSettings,
): ApolloServer<GatewayContext> {
  return new ApolloServer<GatewayContext>({
    gateway: apolloGateway({ supergraph, asked: known.asked, run }),
    documentStore: known.store,
    validationRules: [finiteNumbers],
    persistedQueries: { cache: environment.trustedDocuments.store },
    introspection: environment.introspection,
    // A suggestion is a way to read a schema that introspection does not show.
    hideSchemaDetailsFromClientErrors: !environment.introspection,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    stopOnTerminationSignals: false,
    logger: apolloLogger(log),
    plugins: [known.plugin(), statusPlugin, maskingPlugin(log), ApolloServerPluginLandingPageDisabled()],
  });
}

/** Apollo's loggers are called as bare functions with one string. */
function apolloLogger(log: Log) {
  return {
    debug: (message?: string) => log.debug(message),
    info: (message?: string) => log.debug(message),
    warn: (message?: string) => log.warn(message),
    error: (message?: string) => log.error(message),
  };
}
