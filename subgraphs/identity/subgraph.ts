import { availableParallelism } from 'node:os';
import { prepareSchema } from '@tixgo/platform/database/migrate.ts';
import { Inbox } from '@tixgo/platform/facts/inbox.ts';
import { Outbox } from '@tixgo/platform/facts/outbox.ts';
import { OutboxRelay } from '@tixgo/platform/facts/relay.ts';
import { factSweep } from '@tixgo/platform/facts/retention.ts';
import { buildSubgraph } from '@tixgo/platform/graphql/subgraph.ts';
import type {
  EntityLookup,
  RunnableSubgraph,
  SubgraphDependencies,
} from '@tixgo/platform/subgraphs/subgraph-dependencies.ts';
import { AccessTokens } from '@tixgo/platform/tokens.ts';
import { readSubgraphSdl } from '@tixgo/schema/subgraph-sdl.ts';
import nativeBcrypt from 'bcrypt';
import type { IdentityEnvironment } from './env.ts';
import { identityFactConsumer } from './facts.ts';
import type { Mailer } from './mail/mailer.ts';
import { buildMailing } from './mail/mailing.ts';
import type { Context } from './resolvers/context.ts';
import { resolvers } from './resolvers/resolvers.ts';
import { type IdentityServices, identityServices } from './service/identity-services.ts';
import { type Bcrypt, Passwords } from './service/passwords.ts';
import { RefreshTokens } from './service/refresh-tokens.ts';
import { ResetTokens } from './service/reset-tokens.ts';
import { identityMigrations } from './store/migrations.ts';
import { inbox as inboxTable, outbox as outboxTable, relayLease } from './store/tables.ts';

export interface IdentitySubgraph extends RunnableSubgraph {
  /** For the REST routes and demo data, which come in by the same door as everything else. */
  readonly services: IdentityServices;
  readonly mailer: Mailer;
}

export interface IdentitySubgraphDependencies extends SubgraphDependencies {
  /** Asks the owners of what mails are about. */
  readonly lookup: EntityLookup;
  readonly environment: Omit<
    IdentityEnvironment,
    | 'port'
    | 'publicUrl'
    | 'explorer'
    | 'corsOrigins'
    | 'limits'
    | 'maxDelay'
    | 'trustProxy'
    | 'deadline'
    | 'bodyLimit'
  >;
  /** The native one, unless a test watches. */
  readonly bcrypt?: Bcrypt;
}

export function buildIdentitySubgraph(dependencies: IdentitySubgraphDependencies): IdentitySubgraph {
  const { database, bus, log, clock, lookup, environment } = dependencies;
  const { db } = database;
  const outbox = new Outbox(db, outboxTable);
  const tables = { outbox: outboxTable, relayLease, inbox: inboxTable };
  const facts = { service: 'identity', database: db, tables, log, clock };
  const relay = new OutboxRelay({ ...facts, bus });
  const sweep = factSweep(facts);
  const resetTokens = new ResetTokens(environment.tokens.secret);
  const services = identityServices({
    database: db,
    outbox,
    clock,
    passwords: new Passwords({
      bcrypt: dependencies.bcrypt ?? nativeBcrypt,
      cost: environment.bcryptCost,
      // One core stays free for everything else.
      concurrency: Math.max(1, availableParallelism() - 1),
    }),
    accessTokens: new AccessTokens(environment.tokens, clock),
    refreshTokens: new RefreshTokens(environment.tokens.secret),
    resetTokens,
    registrationRoles: environment.registrationRoles,
    registrationLimit: environment.registrationLimit,
  });
  const subgraph = buildSubgraph<Context>({
    name: 'identity',
    sdl: readSubgraphSdl('identity'),
    resolvers,
    createContext: (scope) => ({ ...scope, services, users: services.userFinder() }),
    log,
  });
  const mailing = buildMailing({
    database: db,
    clock,
    lookup,
    resetTokens,
    services,
    environment: environment.mail,
    log,
  });
  return {
    ...subgraph,
    services,
    mailer: mailing.mailer,
    prepare: async () => {
      await prepareSchema(database, identityMigrations, log);
      await services.ensureFirstAdmin(environment.firstAdmin);
      if (environment.isReachableFromOutside) await services.assertNoDevelopmentAdmin();
      bus.subscribe(identityFactConsumer(new Inbox(db, inboxTable, clock), clock));
      outbox.wakes(() => relay.wake());
    },
    start: () => {
      relay.start();
      sweep.start();
      mailing.start();
    },
    stop: async () => {
      await mailing.stop();
      await sweep.stop();
      await relay.stop();
    },
  };
}
