import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import type { Authentication } from '@tixgo/platform/authentication.ts';
import type { SubgraphResult } from '@tixgo/platform/graphql/subgraph.ts';
import { deadlineOf } from '@tixgo/platform/http/deadline.ts';
import type { HttpService } from '@tixgo/platform/http/http-service.ts';
import type { PublicDoor } from '@tixgo/platform/http/public-door.ts';
import type { Log } from '@tixgo/platform/logging.ts';
import type { RestOperation, RestSettings } from '@tixgo/platform/rest/rest-api.ts';
import type { SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';
import type { FastifyInstance } from 'fastify';
import type { GatewayEnvironment } from './env.ts';
import { registerExplorer } from './explorer/explorer.ts';
import { apolloGateway } from './front/apollo-gateway.ts';
import { KnownDocuments } from './front/document-plugin.ts';
import { firstPath } from './front/first-path.ts';
import { maskingPlugin } from './front/masking-plugin.ts';
import { PreparedExecution } from './front/prepared-execution.ts';
import { type GatewayContext, requestContext } from './front/request-context.ts';
import { type RunOperation, runningOperations } from './front/run-operation.ts';
import { shortPath } from './front/short-path.ts';
import { statusPlugin } from './front/status-plugin.ts';
import { DocumentGuard } from './guards/document-guard.ts';
import type { GatewayMetrics } from './observability/gateway-metrics.ts';
import { observedSource } from './observability/observed-source.ts';
import { economical, type FetchSettings, sendTo } from './sources/send.ts';
import type { LoadedSupergraph } from './supergraph/loaded-supergraph.ts';
import type { Supergraph } from './supergraph/supergraph.ts';

export interface GatewaySettings {
  readonly environment: GatewayEnvironment;
  readonly supergraph: LoadedSupergraph;
  readonly sources: readonly SubgraphSource[];
  readonly authentication: Authentication;
  readonly log: Log;
  /** Where the gateway's figures go; undefined: nobody reads them. */
  readonly metrics?: GatewayMetrics | undefined;
  /** Lets every request go through Apollo Server's pipeline, to compare the two ways. */
  readonly apolloAlone?: boolean;
}

/** The supergraph, for those who come in by another way than /graphql. */
export interface Gateway extends Pick<RestSettings, 'execute'> {
  /** For the listener of `http`, whose framework the gateway is on: answers what is plain before it. */
  serveFirst(http: HttpService, door: PublicDoor): void;
}

const graphqlPath = '/graphql';

/**
 * Puts the supergraph on `app` at /graphql.
 * @throws when the supergraph names a subgraph without a source
 */
export async function registerGateway(app: FastifyInstance, settings: GatewaySettings): Promise<Gateway> {
  const { environment, authentication, log, supergraph, sources } = settings;
  const { deadline, documentLimits: limits, limitsAreTold: areTold, trustedDocuments: trusted } = environment;
  const guard = new DocumentGuard({ limits, areTold, trusted });
  const { metrics } = settings;
  const send = sendTo(sourcesOf(supergraph, sources, environment.fetches, metrics));
  const run = runningOperations(send, metrics, (source) => trusted.isTrusted(source));
  const server = apolloServer(app, settings, { guard, run, onRejected: () => metrics?.rejected() });
  await server.start();
  if (environment.explorer) {
    await registerExplorer(app, { graphqlPath });
    app.get('/', async (_request, reply) => await reply.redirect(graphqlPath));
  }
  const execution = new PreparedExecution({ supergraph: () => supergraph, guard, run, log });
  const contextOf = requestContext({ authentication, deadline, explains: environment.limitsAreTold });
  const apollo = fastifyApolloHandler(server, { context: contextOf });
  app.route({
    method: ['GET', 'POST'],
    url: graphqlPath,
    handler: settings.apolloAlone ? apollo : shortPath(execution, contextOf, apollo),
  });
  return {
    execute: async (operation, reply) =>
      await executeStored({ server, execution }, operation, deadlineOf(reply.raw, deadline)),
    serveFirst: (http, door) => {
      // Answers are logged by the framework.
      if (log.isLevelEnabled('debug')) return;
      http.serveFirst(graphqlPath, firstPath({ execution, authentication, door, http, deadline, log }));
    },
  };
}

interface Ways {
  readonly server: ApolloServer<GatewayContext>;
  readonly execution: PreparedExecution;
}

/** Runs an operation of ours by the way that a client's takes: the same access rules, the same masking. */
async function executeStored(
  { server, execution }: Ways,
  { query, variables, viewer, refusal, requestId, address, userAgent }: RestOperation,
  signal: AbortSignal,
): Promise<SubgraphResult> {
  const contextValue = { viewer, refusal, requestId, address, userAgent, signal, isOurs: true };
  const prepared = await execution.run({ query, variables, operationName: undefined }, contextValue);
  if (prepared) return prepared;
  const { body } = await server.executeOperation({ query, variables: { ...variables } }, { contextValue });
  if (body.kind !== 'single') throw new Error('A stored operation asked for parts to follow.');
  const { data, errors } = body.singleResult;
  return { ...(data !== undefined && { data }), ...(errors && { errors }) };
}

interface ApolloParts {
  readonly guard: DocumentGuard;
  readonly run: RunOperation;
  readonly onRejected: () => void;
}

function apolloServer(
  app: FastifyInstance,
  { environment, log, supergraph }: GatewaySettings,
  { guard, run, onRejected }: ApolloParts,
): ApolloServer<GatewayContext> {
  const known = new KnownDocuments({ supergraph: () => supergraph, guard, onRejected });
  return new ApolloServer<GatewayContext>({
    gateway: apolloGateway({ supergraph, asked: known.asked, run }),
    documentStore: known.store,
    persistedQueries: { cache: environment.trustedDocuments.store },
    introspection: environment.introspection,
    // A suggestion is a way to read a schema that introspection does not show.
    hideSchemaDetailsFromClientErrors: !environment.introspection,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    stopOnTerminationSignals: false,
    logger: apolloLogger(log),
    plugins: [
      known.plugin(),
      statusPlugin,
      maskingPlugin(log),
      fastifyApolloDrainPlugin(app),
      ApolloServerPluginLandingPageDisabled(),
    ],
  });
}

function sourcesOf(
  { subgraphs }: Supergraph,
  sources: readonly SubgraphSource[],
  fetches: FetchSettings,
  metrics: GatewayMetrics | undefined,
): ReadonlyMap<string, SubgraphSource> {
  const byName = new Map(
    sources.map((source) => {
      const observed = metrics ? observedSource(source, metrics) : source;
      return [source.name, source.isRemote ? economical(observed, fetches) : observed];
    }),
  );
  const missing = subgraphs.find(({ name }) => !byName.has(name));
  if (missing)
    throw new Error(`The supergraph names a subgraph that this process does not know: ${missing.name}.`);
  return byName;
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
