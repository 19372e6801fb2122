import type { Gateway } from '@tixgo/gateway/gateway.ts';
import { checkInRoutes } from '@tixgo/gateway/rest/check-in-routes.ts';
import { eventRoutes } from '@tixgo/gateway/rest/event-routes.ts';
import { paymentRoutes } from '@tixgo/gateway/rest/payment-routes.ts';
import { ticketRoutes } from '@tixgo/gateway/rest/ticket-routes.ts';
import { identityRoutes } from '@tixgo/identity/http.ts';
import type { Authentication } from '@tixgo/platform/authentication.ts';
import { registerOpenApi } from '@tixgo/platform/rest/openapi.ts';
import { type RestApi, registerRest } from '@tixgo/platform/rest/rest-api.ts';
import type { FastifyInstance, RouteOptions } from 'fastify';
import type { HostEnvironment } from '../env.ts';
import { attendanceRoutes } from './attendance-routes.ts';
import type { HostedSystem } from './hosted-system.ts';
import { ticketImportRoutes } from './ticket-import-routes.ts';

export interface HostRestSettings {
  readonly environment: HostEnvironment;
  readonly gateway: Gateway;
  readonly authentication: Authentication;
  readonly system: HostedSystem;
}

/** The REST door of the host, at the root as the original clients expect it, and the same under /api. */
export async function registerHostRest(app: FastifyInstance, settings: HostRestSettings): Promise<void> {
  const { environment, gateway, authentication } = settings;
  const { publicUrl } = environment;
  await registerOpenApi(app, {
    title: 'TixGo',
    publicUrl,
    hasPage: environment.gateway.explorer,
    description:
      'For curl, scanners and programs that speak no GraphQL. Every path is there under /api as well, which has the ' +
      'accounts besides; a browser that signs in there has its session in a cookie.',
  });
  const rest = {
    execute: gateway.execute,
    authentication,
    publicUrl,
    corsOrigins: environment.gateway.corsOrigins,
  };
  await registerRest(app, rest, async (scope, api) => {
    routes(scope, api, settings);
    await scope.register(
      async (prefixed) => {
        identityRoutes(prefixed, api);
        prefixed.addHook('onRoute', hideUnlessOnlyHere);
        routes(prefixed, api, settings);
      },
      { prefix: '/api' },
    );
  });
}

function routes(app: FastifyInstance, rest: RestApi, { system, environment }: HostRestSettings): void {
  const { services } = system.attendance;
  checkInRoutes(app, rest);
  attendanceRoutes(app, rest, services);
  ticketImportRoutes(app, rest, services, { limit: environment.importLimit });
  eventRoutes(app, rest);
  ticketRoutes(app, rest);
  paymentRoutes(app, rest);
}

/** The document shows each route once. */
function hideUnlessOnlyHere(route: RouteOptions): void {
  route.schema = { ...route.schema, hide: true };
}
