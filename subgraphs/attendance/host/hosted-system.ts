import { AccessInquiry } from '@tixgo/gateway/revocation/access-inquiry.ts';
import { EndedAccess } from '@tixgo/gateway/revocation/ended-access.ts';
import { endedAccessRecall, prepareEndedAccess } from '@tixgo/gateway/revocation/prepare.ts';
import { hostedSource } from '@tixgo/gateway/sources/hosted-source.ts';
import { inbox } from '@tixgo/gateway/store/tables.ts';
import { AttendanceFeed } from '@tixgo/gateway/streams/attendance-feed.ts';
import type { StreamSource } from '@tixgo/gateway/streams/streams.ts';
import type { DatabaseServer } from '@tixgo/platform/database/database.ts';
import { factSweep } from '@tixgo/platform/facts/retention.ts';
import type { RunnableSubgraph } from '@tixgo/platform/subgraphs/subgraph-dependencies.ts';
import type { SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';
import { AccessTokens } from '@tixgo/platform/tokens.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import { buildHostedSubgraphs, type HostedSubgraphs, type HostingSettings } from './hosted-subgraphs.ts';

export interface HostedSystem extends HostedSubgraphs {
  /** Those of this process. */
  readonly subgraphs: readonly RunnableSubgraph[];
  /** All of the supergraph's, wherever they are. */
  readonly sources: readonly SubgraphSource[];
  readonly tokens: AccessTokens;
  /** Whether a token is refused although it has not expired. */
  readonly isAccessEnded: (viewer: UserViewer) => boolean | Promise<boolean>;
  readonly streams: StreamSource;
  readonly attendanceDatabase: DatabaseServer;
  /** Undefined when identity is elsewhere. */
  readonly identityDatabase: DatabaseServer | undefined;
  stop(): Promise<void>;
}

/** Builds, prepares and starts what runs in this process, and reaches the rest by its URLs. */
export async function hostSubgraphs(settings: HostingSettings): Promise<HostedSystem> {
  const { environment, databases, bus, log, clock } = settings;
  const sources = new Map<string, SubgraphSource>();
  const hosted = await buildHostedSubgraphs(settings, (name) => sourceNamed(sources, name));
  const { attendance } = hosted;
  const subgraphs = Object.values(hosted).filter((each) => each !== undefined);
  for (const subgraph of subgraphs) sources.set(subgraph.name, hostedSource(subgraph));
  await addRemoteSources(sources, settings);

  const database = await databases.get('attendance');
  const endedAccess = await followEndedAccess(settings, database, sourceNamed(sources, 'identity'));
  const { isAccessEnded } = endedAccess;
  const feed = new AttendanceFeed(clock);
  bus.subscribe(feed.consumer());
  for (const subgraph of subgraphs) await subgraph.prepare();
  for (const subgraph of subgraphs) subgraph.start();
  const sweep = factSweep({ service: 'gateway', database: database.db, tables: { inbox }, clock, log });
  sweep.start();
  endedAccess.recall?.start();
  return {
    ...hosted,
    subgraphs,
    sources: [...sources.values()],
    tokens: new AccessTokens(environment.identityDoor.tokens, clock),
    isAccessEnded,
    streams: {
      feed,
      changesAfter: attendance.services.changesAfter,
      assertEventExists: attendance.services.assertEventExists,
      isAccessEnded,
      onAccessEnd: endedAccess.onEnd,
    },
    attendanceDatabase: database,
    identityDatabase: hosted.identity && (await databases.get('identity')),
    stop: async () => {
      await endedAccess.recall?.stop();
      await sweep.stop();
      await Promise.all(subgraphs.map((subgraph) => subgraph.stop()));
      await Promise.all([...sources.values()].map((source) => source.close()));
    },
  };
}

async function addRemoteSources(
  sources: Map<string, SubgraphSource>,
  { environment, clock, log }: HostingSettings,
): Promise<void> {
  const { remotes, serviceSecret } = environment;
  for (const [name, url] of Object.entries(remotes)) {
    // With a whole HTTP client, which a system in one process has no use for.
    const { remoteSource } = await import('@tixgo/platform/subgraphs/remote-source.ts');
    sources.set(name, remoteSource({ name, url, serviceSecret, clock, log }));
  }
}

/** Hears whose access ends. While the broker is away, and with it those who tell, identity is asked. */
async function followEndedAccess(
  { environment, bus, clock, log }: HostingSettings,
  database: DatabaseServer,
  identity: SubgraphSource,
) {
  const dependencies = { database, bus, clock, log };
  const endedAccess = new EndedAccess(database.db, environment.identityDoor.tokens.lifetimeMinutes * 60_000);
  await prepareEndedAccess(endedAccess, dependencies);
  const inquiry = new AccessInquiry({ source: identity, clock, log });
  const isToldByAll = database.embedded || environment.natsUrl !== undefined;
  return {
    isAccessEnded: (viewer: UserViewer) =>
      endedAccess.isEnded(viewer) || (!bus.isReady() && inquiry.isEnded(viewer)),
    onEnd: (listener: Parameters<EndedAccess['onEnd']>[0]) => endedAccess.onEnd(listener),
    recall: isToldByAll ? undefined : endedAccessRecall(endedAccess, dependencies),
  };
}

function sourceNamed(sources: ReadonlyMap<string, SubgraphSource>, name: string): SubgraphSource {
  const source = sources.get(name);
  if (!source) throw new Error(`There is no subgraph ${name}.`);
  return source;
}
