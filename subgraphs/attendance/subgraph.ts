import type { Ed25519Jwk } from '@tixgo/platform/compact-jws.ts';
import { prepareSchema } from '@tixgo/platform/database/migrate.ts';
import { Inbox } from '@tixgo/platform/facts/inbox.ts';
import { Outbox } from '@tixgo/platform/facts/outbox.ts';
import { OutboxRelay } from '@tixgo/platform/facts/relay.ts';
import { factSweep } from '@tixgo/platform/facts/retention.ts';
import { buildSubgraph } from '@tixgo/platform/graphql/subgraph.ts';
import { RepeatedWork } from '@tixgo/platform/repeated-work.ts';
import type {
  EntityLookup,
  RunnableSubgraph,
  SubgraphDependencies,
} from '@tixgo/platform/subgraphs/subgraph-dependencies.ts';
import { ATTENDANCE_CHANGED } from '@tixgo/schema/facts/attendance.ts';
import { readSubgraphSdl } from '@tixgo/schema/subgraph-sdl.ts';
import { attendanceFactConsumer } from './facts.ts';
import type { Context } from './resolvers/context.ts';
import { resolvers } from './resolvers/resolvers.ts';
import { type AttendanceServices, attendanceServices } from './service/attendance-services.ts';
import { changeRetention } from './service/changes-after.ts';
import { failAbandonedImports } from './service/import/tidy-imports.ts';
import { attendanceMigrations } from './store/migrations.ts';
import { inbox as inboxTable, outbox as outboxTable, relayLease } from './store/tables.ts';

export interface AttendanceSubgraph extends RunnableSubgraph {
  readonly services: AttendanceServices;
}

export interface AttendanceSubgraphDependencies extends SubgraphDependencies {
  readonly lookup: EntityLookup;
  /** Asks the ticket service for every public key that codes are signed with. */
  readonly ticketKeys: () => Promise<readonly Ed25519Jwk[]>;
  /** Off only to measure what it gives. */
  readonly coalesce?: boolean;
}

/** In milliseconds. */
const tidyInterval = 2_000;

export function buildAttendanceSubgraph(dependencies: AttendanceSubgraphDependencies): AttendanceSubgraph {
  const { database, bus, log, clock, lookup, ticketKeys, coalesce = true } = dependencies;
  const { db } = database;
  const outbox = new Outbox(db, outboxTable);
  const tables = { outbox: outboxTable, relayLease, inbox: inboxTable };
  const facts = { service: 'attendance', database: db, tables, log, clock };
  const relay = new OutboxRelay({ ...facts, bus });
  const passing = { type: ATTENDANCE_CHANGED, retention: changeRetention };
  const sweep = factSweep({ ...facts, passing });
  const services = attendanceServices({ database: db, outbox, clock, log, lookup, ticketKeys }, { coalesce });
  const subgraph = buildSubgraph<Context>({
    name: 'attendance',
    sdl: readSubgraphSdl('attendance'),
    resolvers,
    createContext: (scope) => ({
      ...scope,
      services,
      attendance: services.attendanceReader(),
      imports: services.importReader(),
    }),
    log,
  });
  const tidying = new RepeatedWork({
    name: 'tidying imports',
    interval: tidyInterval,
    work: services.tidyImports,
    log,
  });
  return {
    ...subgraph,
    services,
    prepare: async () => {
      await prepareSchema(database, attendanceMigrations, log);
      bus.subscribe(attendanceFactConsumer(new Inbox(db, inboxTable, clock)));
      outbox.wakes(() => relay.wake());
      // No other process can have this one's database: whoever read a list has gone.
      if (database.embedded) await failAbandonedImports({ database: db, clock }, 0);
    },
    start: () => {
      relay.start();
      sweep.start();
      tidying.start();
    },
    stop: async () => {
      await Promise.all([sweep.stop(), tidying.stop()]);
      await relay.stop();
    },
  };
}
