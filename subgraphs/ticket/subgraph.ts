import type { SigningKey } from '@tixgo/platform/compact-jws.ts';
import { prepareSchema } from '@tixgo/platform/database/migrate.ts';
import { Inbox } from '@tixgo/platform/facts/inbox.ts';
import { Outbox } from '@tixgo/platform/facts/outbox.ts';
import { OutboxRelay } from '@tixgo/platform/facts/relay.ts';
import { factSweep } from '@tixgo/platform/facts/retention.ts';
import { buildSubgraph } from '@tixgo/platform/graphql/subgraph.ts';
import { forgetAnswers } from '@tixgo/platform/idempotency/idempotency.ts';
import { RepeatedWork } from '@tixgo/platform/repeated-work.ts';
import type {
  EntityLookup,
  RunnableSubgraph,
  SubgraphDependencies,
} from '@tixgo/platform/subgraphs/subgraph-dependencies.ts';
import { readSubgraphSdl } from '@tixgo/schema/subgraph-sdl.ts';
import { ticketFactConsumer } from './facts.ts';
import type { Context } from './resolvers/context.ts';
import { resolvers } from './resolvers/resolvers.ts';
import type { SaleSettings } from './service/dependencies.ts';
import { TicketCodes } from './service/ticket-codes.ts';
import { type TicketServices, ticketServices } from './service/ticket-services.ts';
import { ticketMigrations } from './store/migrations.ts';
import { idempotencyKeys, inbox as inboxTable, outbox as outboxTable, relayLease } from './store/tables.ts';

export interface TicketSubgraph extends RunnableSubgraph {
  /** For demo data, which comes in by the same door as everything else. */
  readonly services: TicketServices;
}

export interface TicketSubgraphDependencies extends SubgraphDependencies {
  readonly lookup: EntityLookup;
  readonly settings: Omit<SaleSettings, 'coalesce'>;
  /** Newest first, one at least. */
  readonly signingKeys: readonly SigningKey[];
  /** Off only to measure what it gives. */
  readonly coalesce?: boolean;
}

/** In milliseconds. */
const sweepInterval = 1_000;
const cleaningInterval = 10 * 60 * 1000;

export function buildTicketSubgraph(dependencies: TicketSubgraphDependencies): TicketSubgraph {
  const { database, bus, log, clock, lookup, settings, signingKeys, coalesce = true } = dependencies;
  const { db } = database;
  const outbox = new Outbox(db, outboxTable);
  const tables = { outbox: outboxTable, relayLease, inbox: inboxTable };
  const facts = { service: 'ticket', database: db, tables, log, clock };
  const relay = new OutboxRelay({ ...facts, bus });
  const sweep = factSweep(facts);
  const codes = new TicketCodes(signingKeys);
  const services = ticketServices({
    database: db,
    outbox,
    clock,
    lookup,
    codes,
    settings: { ...settings, coalesce },
  });
  const subgraph = buildSubgraph<Context>({
    name: 'ticket',
    sdl: readSubgraphSdl('ticket'),
    resolvers,
    createContext: (scope) => ({ ...scope, services, sales: services.salesReader() }),
    log,
  });
  const works = [
    { name: 'expiring orders', interval: sweepInterval, work: services.sweepLapsedOrders },
    { name: 'unwinding canceled events', interval: sweepInterval, work: services.unwindCanceledEvents },
    { name: 'forgetting old keys', interval: cleaningInterval, work: forgetOldKeys },
  ].map((work) => new RepeatedWork({ ...work, log }));
  async function forgetOldKeys(): Promise<boolean> {
    return await forgetAnswers(db, idempotencyKeys, clock());
  }
  return {
    ...subgraph,
    services,
    prepare: async () => {
      await prepareSchema(database, ticketMigrations, log);
      bus.subscribe(ticketFactConsumer(new Inbox(db, inboxTable, clock), { outbox, clock }));
      outbox.wakes(() => relay.wake());
      await services.publishKeys();
    },
    start: () => {
      relay.start();
      sweep.start();
      for (const work of works) work.start();
    },
    stop: async () => {
      await Promise.all(works.map((work) => work.stop()));
      await sweep.stop();
      await relay.stop();
    },
  };
}
