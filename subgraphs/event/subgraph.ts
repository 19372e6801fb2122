import { prepareSchema } from '@tixgo/platform/database/migrate.ts';
import { Inbox } from '@tixgo/platform/facts/inbox.ts';
import { Outbox } from '@tixgo/platform/facts/outbox.ts';
import { OutboxRelay } from '@tixgo/platform/facts/relay.ts';
import { factSweep } from '@tixgo/platform/facts/retention.ts';
import { buildSubgraph } from '@tixgo/platform/graphql/subgraph.ts';
import type {
  RunnableSubgraph,
  SubgraphDependencies,
} from '@tixgo/platform/subgraphs/subgraph-dependencies.ts';
import { readSubgraphSdl } from '@tixgo/schema/subgraph-sdl.ts';
import { eventFactConsumer } from './facts.ts';
import type { Context } from './resolvers/context.ts';
import { resolvers } from './resolvers/resolvers.ts';
import { type EventServices, eventServices } from './service/event-services.ts';
import { eventMigrations } from './store/migrations.ts';
import { inbox as inboxTable, outbox as outboxTable, relayLease } from './store/tables.ts';

export interface EventSubgraph extends RunnableSubgraph {
  /** For demo data, which comes in by the same door as everything else. */
  readonly services: EventServices;
}

export function buildEventSubgraph({ database, bus, log, clock }: SubgraphDependencies): EventSubgraph {
  const { db } = database;
  const outbox = new Outbox(db, outboxTable);
  const tables = { outbox: outboxTable, relayLease, inbox: inboxTable };
  const facts = { service: 'event', database: db, tables, log, clock };
  const relay = new OutboxRelay({ ...facts, bus });
  const sweep = factSweep(facts);
  const services = eventServices({ database: db, outbox, clock });
  const subgraph = buildSubgraph<Context>({
    name: 'event',
    sdl: readSubgraphSdl('event'),
    resolvers,
    createContext: (scope) => ({ ...scope, services, events: services.eventFinder(scope.viewer) }),
    log,
  });
  return {
    ...subgraph,
    services,
    prepare: async () => {
      await prepareSchema(database, eventMigrations, log);
      bus.subscribe(eventFactConsumer(new Inbox(db, inboxTable, clock)));
      outbox.wakes(() => relay.wake());
    },
    start: () => {
      relay.start();
      sweep.start();
    },
    stop: async () => {
      await sweep.stop();
      await relay.stop();
    },
  };
}
