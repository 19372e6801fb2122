import { availableParallelism } from 'node:os';
import { migrateSchema } from '@tixgo/platform/database/migrate.ts';
import { Outbox } from '@tixgo/platform/facts/outbox.ts';
import { OutboxRelay } from '@tixgo/platform/facts/relay.ts';
import { buildSubgraph } from '@tixgo/platform/graphql/subgraph.ts';
import type { RunnableSubgraph, SubgraphDependencies } from '@tixgo/platform/subgraph-dependencies.ts';
import { AccessTokens } from '@tixgo/platform/tokens.ts';
import { readSubgraphSdl } from '@tixgo/schema/subgraph-sdl.ts';
import nativeBcrypt from 'bcrypt';
import type { IdentityEnvironment } from './env.ts';
import type { Context } from './resolvers/context.ts';
import { resolvers } from './resolvers/resolvers.ts';
import { type IdentityServices, identityServices } from './service/identity-services.ts';
import { type Bcrypt, Passwords } from './service/passwords.ts';
import { RefreshTokens } from './service/refresh-tokens.ts';
import { outbox as outboxTable } from './store/tables.ts';

export interface IdentitySubgraph extends RunnableSubgraph {
  /** For the REST routes and demo data, which come in by the same door as everything else. */
  readonly services: IdentityServices;
}

export interface IdentitySubgraphDependencies extends SubgraphDependencies {
  readonly environment: Omit<IdentityEnvironment, 'port' | 'publicUrl' | 'corsOrigins'>;
  /** The native one, unless a test watches. */
  readonly bcrypt?: Bcrypt;
}

export function buildIdentitySubgraph(dependencies: IdentitySubgraphDependencies): IdentitySubgraph {
  const { database, bus, log, clock, environment } = dependencies;
  const { db } = database;
  const outbox = new Outbox(db, outboxTable);
  const relay = new OutboxRelay({ service: 'identity', database: db, table: outboxTable, bus, log, clock });
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
    registrationRoles: environment.registrationRoles,
  });
  const subgraph = buildSubgraph<Context>({
    name: 'identity',
    sdl: readSubgraphSdl('identity'),
    resolvers,
    createContext: (scope) => ({ ...scope, services, users: services.userFinder() }),
    log,
  });
  return {
    ...subgraph,
    services,
    prepare: async () => {
      await migrateSchema(database, 'identity', new URL('./store/migrations/', import.meta.url));
      await services.ensureFirstAdmin(environment.firstAdmin);
      if (environment.isReachableFromOutside) await services.assertNoDevelopmentAdmin();
      outbox.wakes(() => relay.wake());
    },
    start: () => relay.start(),
    stop: () => relay.stop(),
  };
}
