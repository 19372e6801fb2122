import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import {
  type AccessRules,
  assertEveryRootFieldHasRule,
  assertSameRules,
  readAccessRules,
} from '@tixgo/platform/access/rules.ts';
import type { Authentication } from '@tixgo/platform/authentication.ts';
import type { ExecutableSubgraph, SubgraphResult } from '@tixgo/platform/graphql/subgraph.ts';
import { deadlineOf } from '@tixgo/platform/http/deadline.ts';
import type { Log } from '@tixgo/platform/logging.ts';
import type { RestOperation, RestSettings } from '@tixgo/platform/rest/rest-api.ts';
import type { SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';
import type { FastifyInstance } from 'fastify';
import { parse } from 'graphql';
import { accessPlugin } from './access-plugin.ts';
import { type GatewayEnvironment, silenceVendorTelemetry } from './env.ts';
import { registerExplorer } from './explorer/explorer.ts';
import { maskingPlugin } from './masking-plugin.ts';
import { type GatewayContext, requestContext } from './request-context.ts';
import { apolloDataSource } from './sources/apollo-data-source.ts';

export interface GatewaySettings {
  readonly environment: GatewayEnvironment;
  /** The composed schema with its join and access directives. */
  readonly supergraphSdl: string;
  readonly sources: readonly SubgraphSource[];
  /** Those in this process; what they enforce is compared with the supergraph. */
  readonly hosted: readonly ExecutableSubgraph[];
  readonly authentication: Authentication;
  readonly log: Log;
}

/** The supergraph, for those who come in by another way than /graphql. */
export type Gateway = Pick<RestSettings, 'execute'>;

const graphqlPath = '/graphql';

/**
 * Puts the supergraph on `app` at /graphql.
 * @throws when the supergraph names a subgraph without a source, a root field has no access rule, or a subgraph in
 *   this process enforces other rules than the supergraph tells
 */
export async function registerGateway(app: FastifyInstance, settings: GatewaySettings): Promise<Gateway> {
  const { environment, authentication } = settings;
  const server = createServer(app, settings);
  await server.start();
  if (environment.explorer) {
    await registerExplorer(app, { graphqlPath });
    app.get('/', async (_request, reply) => await reply.redirect(graphqlPath));
  }
  const { deadline } = environment;
  const context = requestContext({ authentication, deadline });
  app.route({
    method: ['GET', 'POST'],
    url: graphqlPath,
    handler: fastifyApolloHandler(server, { context }),
  });
  return {
    execute: async (operation, reply) => await executeStored(server, operation, deadlineOf(reply, deadline)),
  };
}

/** Runs an operation of ours by the way that a client's takes: the same access rules, the same masking. */
async function executeStored(
  server: ApolloServer<GatewayContext>,
  { query, variables, viewer, refusal, requestId, address, userAgent }: RestOperation,
  signal: AbortSignal,
): Promise<SubgraphResult> {
  const contextValue = { viewer, refusal, requestId, address, userAgent, signal };
  const { body } = await server.executeOperation({ query, variables: { ...variables } }, { contextValue });
  if (body.kind !== 'single') throw new Error('A stored operation asked for parts to follow.');
  const { data, errors } = body.singleResult;
  return { ...(data !== undefined && { data }), ...(errors && { errors }) };
}

function createServer(app: FastifyInstance, settings: GatewaySettings): ApolloServer<GatewayContext> {
  const { environment, log } = settings;
  const rules = rulesOf(settings);
  return new ApolloServer<GatewayContext>({
    gateway: createGateway(settings),
    introspection: environment.introspection,
    // A suggestion is a way to read a schema that introspection does not show.
    hideSchemaDetailsFromClientErrors: !environment.introspection,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    stopOnTerminationSignals: false,
    logger: apolloLogger(log),
    plugins: [
      accessPlugin(rules),
      maskingPlugin(log),
      fastifyApolloDrainPlugin(app),
      ApolloServerPluginLandingPageDisabled(),
    ],
  });
}

/** @throws unless every root field has one, and the subgraphs of this process enforce the same */
function rulesOf({ supergraphSdl, hosted }: GatewaySettings): AccessRules {
  const document = parse(supergraphSdl);
  assertEveryRootFieldHasRule('The supergraph', document);
  const rules = readAccessRules(document);
  for (const subgraph of hosted) assertSameRules(subgraph.name, subgraph.accessRules, rules);
  return rules;
}

function createGateway({ supergraphSdl, sources, log }: GatewaySettings): ApolloGateway {
  const byName = new Map(sources.map((source) => [source.name, source]));
  silenceVendorTelemetry();
  return new ApolloGateway({
    supergraphSdl,
    logger: apolloLogger(log),
    buildService: ({ name }) => {
      const source = byName.get(name);
      if (!source)
        throw new Error(`The supergraph names a subgraph that this process does not know: ${name}.`);
      return apolloDataSource(source);
    },
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
