import { Authentication } from '@tixgo/platform/authentication.ts';
import type { DatabaseServer } from '@tixgo/platform/database/database.ts';
import { beforeAbort, deadlineOf } from '@tixgo/platform/http/deadline.ts';
import { createHttpService, type HttpService } from '@tixgo/platform/http/http-service.ts';
import { guardPublicDoor } from '@tixgo/platform/http/public-door.ts';
import { requestCountsIn } from '@tixgo/platform/http/request-counts.ts';
import type { Log } from '@tixgo/platform/logging.ts';
import { registerOpenApi } from '@tixgo/platform/rest/openapi.ts';
import { type RestOperation, registerRest } from '@tixgo/platform/rest/rest-api.ts';
import type { AccessTokens } from '@tixgo/platform/tokens.ts';
import type { FastifyReply } from 'fastify';
import type { IdentityEnvironment } from './env.ts';
import * as restDocuments from './generated/rest-documents.ts';
import { authRoutes } from './rest/auth-routes.ts';
import { requestCounts } from './store/tables.ts';
import type { IdentitySubgraph } from './subgraph.ts';

/** What the host serves under /api besides. */
export const identityRoutes = authRoutes;
/** What they ask. */
export const identityOperations: readonly string[] = Object.values(restDocuments).map(String);

export interface IdentityHttpDependencies {
  readonly drainTime: number;
  readonly isReady: () => Promise<boolean>;
  readonly log: Log;
  readonly database: DatabaseServer;
  readonly subgraph: IdentitySubgraph;
  readonly tokens: AccessTokens;
  readonly environment: Pick<
    IdentityEnvironment,
    'publicUrl' | 'explorer' | 'corsOrigins' | 'limits' | 'maxDelay' | 'deadline' | 'bodyLimit' | 'trustProxy'
  >;
}

/** The public listener of identity, in a process of its own or beside the attendance host's. */
export async function identityHttpService(dependencies: IdentityHttpDependencies): Promise<HttpService> {
  const { isReady, drainTime, log, database, subgraph, tokens, environment } = dependencies;
  const { publicUrl, explorer, corsOrigins, limits, maxDelay, deadline, bodyLimit, trustProxy } = environment;
  const service = createHttpService({
    name: 'identity-service',
    log,
    bodyLimit,
    trustProxy,
    isReady,
    drainTime,
  });
  const { app } = service;
  const authentication = new Authentication({ tokens, isEnded: subgraph.services.isAccessEnded });
  const counts = requestCountsIn(database, requestCounts, log);
  await guardPublicDoor(app, { publicUrl, corsOrigins, authentication, limits, maxDelay, counts });
  await registerOpenApi(app, {
    title: 'TixGo identity',
    description: 'Accounts and sessions, for curl and for programs that speak no GraphQL.',
    publicUrl,
    hasPage: explorer,
  });
  const execute = async ({ refusal, ...operation }: RestOperation, reply: FastifyReply) =>
    refusal
      ? { errors: [refusal] }
      : await beforeAbort(subgraph.execute(operation), deadlineOf(reply.raw, deadline).signal);
  await registerRest(app, { execute, authentication, publicUrl, corsOrigins }, authRoutes);
  return service;
}
