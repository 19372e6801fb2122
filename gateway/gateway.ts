import type { Authentication } from '@tixgo/platform/authentication.ts';
import { deadlineOf } from '@tixgo/platform/http/deadline.ts';
import type { HttpService } from '@tixgo/platform/http/http-service.ts';
import type { PublicDoor } from '@tixgo/platform/http/public-door.ts';
import type { Log } from '@tixgo/platform/logging.ts';
import type { RestSettings } from '@tixgo/platform/rest/rest-api.ts';
import type { SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';
import type { Tracing } from '@tixgo/platform/tracing/tracing.ts';
import type { FastifyInstance } from 'fastify';
import type { GatewayEnvironment } from './env.ts';
import { registerExplorer } from './explorer/explorer.ts';
import { firstPath } from './front/first-path.ts';
import { requestContext } from './front/request-context.ts';
import { runningOperations } from './front/run-operation.ts';
import { type FrontSettings, openFront } from './front/supergraph-front.ts';
import { DocumentGuard } from './guards/document-guard.ts';
import type { GatewayMetrics } from './observability/gateway-metrics.ts';
import { observedSource } from './observability/observed-source.ts';
import { economical, type FetchSettings, sendTo } from './sources/send.ts';
import { registerStreams } from './streams/register-streams.ts';
import { assertStreamed } from './streams/stream-fields.ts';
import { streamPath } from './streams/stream-route.ts';
import type { StreamSource } from './streams/streams.ts';
import { assertReachable } from './supergraph/assert-servable.ts';
import type { LoadedSupergraph } from './supergraph/loaded-supergraph.ts';
import { prepareAhead } from './supergraph/prepare-ahead.ts';

export interface GatewaySettings {
  readonly environment: GatewayEnvironment;
  /** The first that is served. */
  readonly supergraph: LoadedSupergraph;
  readonly sources: readonly SubgraphSource[];
  readonly authentication: Authentication;
  readonly log: Log;
  /** Where the gateway's figures go; undefined: nobody reads them. */
  readonly metrics?: GatewayMetrics | undefined;
  /** Where spans go; undefined: nobody reads them. */
  readonly tracing?: Tracing | undefined;
  /** What subscriptions are made of; undefined: there are none. */
  readonly streams?: StreamSource | undefined;
  /** Lets every request go through Apollo Server's pipeline, to compare the two ways. */
  readonly apolloAlone?: boolean;
}

/** The supergraph, for those who come in by another way than /graphql. */
export interface Gateway extends Pick<RestSettings, 'execute'> {
  /** The one that is served to whoever comes now. */
  supergraph(): LoadedSupergraph;
  /**
   * Serves another one to whoever comes from then on. What was asked most is prepared over it before; requests under way
   * end with the one that they began with.
   * @throws when it cannot be served; the one before is then
   */
  replaceSupergraph(next: LoadedSupergraph): Promise<void>;
  /** For the listener of `http`, whose framework the gateway is on: answers what is plain before it. */
  serveFirst(http: HttpService, door: PublicDoor): void;
}

const graphqlPath = '/graphql';

/**
 * Puts the supergraph on `app` at /graphql.
 * @throws when the supergraph names a subgraph without a source, or has a subscription whose events nobody tells
 */
export async function registerGateway(app: FastifyInstance, settings: GatewaySettings): Promise<Gateway> {
  const { environment, authentication, metrics, log } = settings;
  const sources = askedSources(settings.sources, environment.fetches, metrics);
  const frontSettings = frontOver(sources, settings);
  const open = async (supergraph: LoadedSupergraph) => {
    assertReachable(supergraph, (name) => sources.has(name));
    if (settings.streams) assertStreamed(supergraph);
    return await openFront(supergraph, frontSettings);
  };
  let front = await open(settings.supergraph);
  metrics?.serves(() => ({ id: front.supergraph.id, documents: front.supergraph.documents }));
  if (environment.explorer) {
    await registerExplorer(app, { graphqlPath, streamPath });
    app.get('/', async (_request, reply) => await reply.redirect(graphqlPath));
  }
  app.route({
    method: ['GET', 'POST'],
    url: graphqlPath,
    handler: async function answer(request, reply) {
      return await front.answer.call(this, request, reply);
    },
  });
  const { streams: source } = settings;
  if (source) {
    const streams = registerStreams(app, {
      ...frontSettings,
      ...{ source, authentication, deadline: environment.deadline, limits: environment.streams },
      trusted: environment.trustedDocuments,
      supergraph: () => front.supergraph,
      suggests: environment.introspection,
    });
    metrics?.openStreams(() => streams.size);
  }
  return {
    supergraph: () => front.supergraph,
    execute: async (operation, reply) =>
      await front.executeStored(operation, deadlineOf(reply.raw, environment.deadline)),
    replaceSupergraph: async (supergraph) => {
      const next = await open(supergraph);
      await prepareAhead(supergraph, front.supergraph.documents);
      front = next;
    },
    serveFirst: (http, door) => {
      // Answers are logged by the framework.
      if (log.isLevelEnabled('debug')) return;
      const { deadline, bodyLimit } = environment;
      const execution = () => front.execution;
      http.serveFirst(
        graphqlPath,
        firstPath({ execution, authentication, door, http, deadline, bodyLimit, log }),
      );
    },
  };
}

/** What stays as it is when the supergraph is another. */
function frontOver(
  sources: ReadonlyMap<string, SubgraphSource>,
  { environment, authentication, log, metrics, tracing, apolloAlone }: GatewaySettings,
): FrontSettings {
  const { deadline, documentLimits: limits, limitsAreTold: areTold, trustedDocuments: trusted } = environment;
  return {
    environment,
    guard: new DocumentGuard({ limits, areTold, trusted }),
    run: runningOperations({
      send: sendTo(sources, tracing),
      metrics,
      tracing,
      isTrusted: (source) => trusted.isTrusted(source),
    }),
    contextOf: requestContext({ authentication, deadline, explains: areTold }),
    onRejected: () => metrics?.rejected(),
    log,
    apolloAlone,
  };
}

function askedSources(
  sources: readonly SubgraphSource[],
  fetches: FetchSettings,
  metrics: GatewayMetrics | undefined,
): ReadonlyMap<string, SubgraphSource> {
  return new Map(
    sources.map((source) => {
      const observed = metrics ? observedSource(source, metrics) : source;
      return [source.name, source.isRemote ? economical(observed, fetches) : observed];
    }),
  );
}
