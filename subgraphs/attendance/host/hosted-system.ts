import { buildEventSubgraph, type EventSubgraph } from '@tixgo/event/subgraph.ts';
import { AccessInquiry } from '@tixgo/gateway/revocation/access-inquiry.ts';
import { EndedAccess } from '@tixgo/gateway/revocation/ended-access.ts';
import { endedAccessRecall, prepareEndedAccess } from '@tixgo/gateway/revocation/prepare.ts';
import { hostedSource } from '@tixgo/gateway/sources/hosted-source.ts';
import { inbox } from '@tixgo/gateway/store/tables.ts';
import { AttendanceFeed } from '@tixgo/gateway/streams/attendance-feed.ts';
import type { StreamSource } from '@tixgo/gateway/streams/streams.ts';
import { buildIdentitySubgraph, type IdentitySubgraph } from '@tixgo/identity/subgraph.ts';
import { buildPaymentSubgraph, type PaymentSubgraph } from '@tixgo/payment/subgraph.ts';
import type { Clock } from '@tixgo/platform/clock.ts';
import type { DatabaseServer } from '@tixgo/platform/database/database.ts';
import type { FactBus } from '@tixgo/platform/facts/fact.ts';
import { factSweep } from '@tixgo/platform/facts/retention.ts';
import type { Log } from '@tixgo/platform/logging.ts';
import { entityLookup } from '@tixgo/platform/subgraphs/entity-lookup.ts';
import type {
  RunnableSubgraph,
  SubgraphDependencies,
} from '@tixgo/platform/subgraphs/subgraph-dependencies.ts';
import type { SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';
import { AccessTokens } from '@tixgo/platform/tokens.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import { buildTicketSubgraph, type TicketSubgraph } from '@tixgo/ticket/subgraph.ts';
import type { HostEnvironment, HostedService } from '../env.ts';
import { type AttendanceSubgraph, buildAttendanceSubgraph } from '../subgraph.ts';
import type { Databases } from './databases.ts';
import { ticketKeyLookup } from './ticket-key-lookup.ts';

export interface HostedSystem {
  /** Those of this process. */
  readonly subgraphs: readonly RunnableSubgraph[];
  readonly attendance: AttendanceSubgraph;
  /** Undefined when it is elsewhere. */
  readonly event: EventSubgraph | undefined;
  readonly identity: IdentitySubgraph | undefined;
  readonly ticket: TicketSubgraph | undefined;
  readonly payment: PaymentSubgraph | undefined;
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

export interface HostingOptions {
  /** Off only to measure what coalescing gives; no variable of the environment turns them off. */
  readonly coalesceScans?: boolean;
  readonly coalesceReservations?: boolean;
}

export interface HostingSettings extends HostingOptions {
  readonly environment: HostEnvironment;
  readonly databases: Databases;
  readonly bus: FactBus;
  readonly log: Log;
  readonly clock: Clock;
}

/** Builds, prepares and starts what runs in this process, and reaches the rest by its URLs. */
export async function hostSubgraphs(settings: HostingSettings): Promise<HostedSystem> {
  const {
    environment,
    databases,
    bus,
    log,
    clock,
    coalesceScans = true,
    coalesceReservations = true,
  } = settings;
  const { remotes } = environment;
  const dependencies = async (service: HostedService): Promise<SubgraphDependencies> => ({
    database: await databases.get(service),
    bus,
    log,
    clock,
  });
  const sources = new Map<string, SubgraphSource>();
  const sourceOf = (name: string) => sourceNamed(sources, name);
  const lookupFor = (service: string) => entityLookup(sourceOf, service);

  const own = await dependencies('attendance');
  const attendance = buildAttendanceSubgraph({
    ...own,
    lookup: lookupFor('attendance'),
    ticketKeys: ticketKeyLookup(sourceOf, 'attendance'),
    coalesce: coalesceScans,
  });
  const event = remotes.event === undefined ? buildEventSubgraph(await dependencies('event')) : undefined;
  const forIdentity = environment.identity && {
    ...(await dependencies('identity')),
    environment: environment.identity,
  };
  const identity = forIdentity && buildIdentitySubgraph({ ...forIdentity, lookup: lookupFor('identity') });
  const ticket =
    environment.ticket &&
    buildTicketSubgraph({
      ...(await dependencies('ticket')),
      ...environment.ticket,
      lookup: lookupFor('ticket'),
      coalesce: coalesceReservations,
    });
  const payment =
    environment.payment &&
    (await buildPaymentSubgraph({
      ...(await dependencies('payment')),
      lookup: lookupFor('payment'),
      environment: environment.payment,
    }));
  const subgraphs = [attendance, event, identity, ticket, payment].filter((each) => each !== undefined);

  for (const subgraph of subgraphs) sources.set(subgraph.name, hostedSource(subgraph));
  for (const [name, url] of Object.entries(remotes)) {
    // With a whole HTTP client, which a system in one process has no use for.
    const { remoteSource } = await import('@tixgo/platform/subgraphs/remote-source.ts');
    sources.set(name, remoteSource({ name, url, serviceSecret: environment.serviceSecret, clock, log }));
  }

  const lifetime = environment.identityDoor.tokens.lifetimeMinutes * 60_000;
  const endedAccess = new EndedAccess(own.database.db, lifetime);
  const inquiry = new AccessInquiry({ source: sourceOf('identity'), clock, log });
  await prepareEndedAccess(endedAccess, own);
  const isAlone = own.database.embedded;
  const recall = isAlone || environment.natsUrl ? undefined : endedAccessRecall(endedAccess, own);
  const feed = new AttendanceFeed(clock);
  bus.subscribe(feed.consumer());
  const isAccessEnded = (viewer: UserViewer) =>
    endedAccess.isEnded(viewer) || (!bus.isReady() && inquiry.isEnded(viewer));
  for (const subgraph of subgraphs) await subgraph.prepare();
  for (const subgraph of subgraphs) subgraph.start();
  const sweep = factSweep({ service: 'gateway', database: own.database.db, tables: { inbox }, clock, log });
  sweep.start();
  recall?.start();
  return {
    subgraphs,
    attendance,
    event,
    identity,
    ticket,
    payment,
    sources: [...sources.values()],
    tokens: new AccessTokens(environment.identityDoor.tokens, clock),
    isAccessEnded,
    streams: {
      feed,
      changesAfter: attendance.services.changesAfter,
      assertEventExists: attendance.services.assertEventExists,
      isAccessEnded,
      onAccessEnd: (listener) => endedAccess.onEnd(listener),
    },
    attendanceDatabase: own.database,
    identityDatabase: forIdentity?.database,
    stop: async () => {
      await recall?.stop();
      await sweep.stop();
      await Promise.all(subgraphs.map((subgraph) => subgraph.stop()));
      await Promise.all([...sources.values()].map((source) => source.close()));
    },
  };
}

function sourceNamed(sources: ReadonlyMap<string, SubgraphSource>, name: string): SubgraphSource {
  const source = sources.get(name);
  if (!source) throw new Error(`There is no subgraph ${name}.`);
  return source;
}
