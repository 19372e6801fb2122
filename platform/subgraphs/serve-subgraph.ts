import { systemClock } from '../clock.ts';
import { type DatabaseServer, databaseSettings, openDatabase } from '../database/database.ts';
import { subgraphUnavailable } from '../errors.ts';
import { connectJetStream } from '../facts/jetstream/jetstream-bus.ts';
import { createHttpService, type HttpService } from '../http/http-service.ts';
import { createLog, type Log } from '../logging.ts';
import type { RunningService } from '../run-service.ts';
import { AccessTokens } from '../tokens.ts';
import { startTracing } from '../tracing/start-tracing.ts';
import { tracedSubgraph } from '../tracing/traced-subgraph.ts';
import { entityLookup } from './entity-lookup.ts';
import type { SubgraphProcessEnvironment } from './env.ts';
import { remoteSource } from './remote-source.ts';
import type { EntityLookup, RunnableSubgraph, SubgraphDependencies } from './subgraph-dependencies.ts';
import { subgraphEndpoint, subgraphPath } from './subgraph-endpoint.ts';
import type { SubgraphSource } from './subgraph-source.ts';

/** What a subgraph's own listener is made of. */
export interface ListenerSettings {
  readonly name: string;
  readonly log: Log;
  readonly database: DatabaseServer;
  readonly drainTime: number;
  readonly isReady: () => Promise<boolean>;
}

export interface SubgraphProcess<Subgraph extends RunnableSubgraph> {
  /** The subgraph's. */
  readonly name: string;
  readonly port: number;
  readonly portVariable: string;
  readonly build: (
    dependencies: SubgraphDependencies & { readonly lookup: EntityLookup },
  ) => Subgraph | Promise<Subgraph>;
  /** A listener with more than the gateway's endpoint. */
  readonly listener?: (subgraph: Subgraph, settings: ListenerSettings) => Promise<HttpService>;
}

/** Runs a subgraph in a process of its own: opens what it needs, lets it prepare, and serves the gateway's calls. */
export async function serveSubgraph<Subgraph extends RunnableSubgraph>(
  environment: SubgraphProcessEnvironment,
  { name, port, portVariable, build, listener = onlyTheGateway }: SubgraphProcess<Subgraph>,
): Promise<RunningService> {
  const { common, serviceSecret, natsUrl } = environment;
  const { host, drainTime } = common;
  const log = createLog(common.logLevel);
  const clock = systemClock;
  // With tokens of their own, strangers ask it too.
  const isWithin = environment.userTokens === undefined;
  const tracing = await startTracing(common.tracing, `${name}-service`, log, isWithin);
  const database = await openDatabase(databaseSettings(common, name), log);
  const bus = connectJetStream({ url: natsUrl, processName: name }, log);
  const sources = remoteSources(environment, log);
  const subgraph = await build({
    database,
    bus,
    log,
    clock,
    lookup: entityLookup(sourceIn(sources), name),
  });
  await subgraph.prepare();
  subgraph.start();
  const isReady = async () => bus.isReady() && (await database.isReachable());
  const http = await listener(subgraph, { name: `${name}-service`, log, database, drainTime, isReady });
  const { isDraining } = http;
  const userTokens = environment.userTokens && new AccessTokens(environment.userTokens, clock);
  const asked = tracing ? tracedSubgraph(subgraph, tracing) : subgraph;
  const endpoint = subgraphEndpoint({ subgraph: asked, serviceSecret, userTokens, clock, log, isDraining });
  http.serveFirst(subgraphPath, endpoint);
  const listening = await http.listen({ host, port, portVariable });
  log.info({ port: listening }, `${name} serves`);
  return {
    stop: async () => {
      await http.drain();
      await http.close();
      await subgraph.stop();
      await Promise.all([...sources.values()].map((source) => source.close()));
      await Promise.all([bus.close(), tracing?.stop()]);
      await database.close();
    },
  };
}

const onlyTheGateway = async (_subgraph: RunnableSubgraph, settings: ListenerSettings) =>
  createHttpService(settings);

function remoteSources(
  { remotes, serviceSecret }: SubgraphProcessEnvironment,
  log: Log,
): Map<string, SubgraphSource> {
  const sources = new Map<string, SubgraphSource>();
  for (const [name, url] of Object.entries(remotes)) {
    if (url) sources.set(name, remoteSource({ name, url, serviceSecret, clock: systemClock, log }));
  }
  return sources;
}

/** One without a URL is away for this process: what no fact has told of it cannot be asked. */
function sourceIn(sources: ReadonlyMap<string, SubgraphSource>) {
  return (name: string): SubgraphSource => {
    const source = sources.get(name);
    if (!source) throw subgraphUnavailable();
    return source;
  };
}
