import { Authentication, type AuthenticationSettings } from '../authentication.ts';
import type { SubgraphResult } from '../graphql/subgraph.ts';
import { createHttpService, type HttpService, type HttpServiceSettings } from '../http/http-service.ts';
import { guardPublicDoor, type PublicDoorSettings } from '../http/public-door.ts';
import { createLog } from '../logging.ts';
import { type RestOperation, type RestSettings, registerRest } from '../rest/rest-api.ts';
import { AccessTokens } from '../tokens.ts';
import { anonymous, type Role } from '../viewer.ts';

const settings = { secret: 'a-secret-of-tests-'.repeat(2), algorithm: 'HS256', lifetimeMinutes: 1 } as const;
const tokens = new AccessTokens(settings, () => new Date());

export function tokenOf(username: string, role: Role = 'USER'): string {
  const [id, sessionId] = [`id-of-${username}`, `session-of-${username}`];
  return tokens.issue({ id, username, role, sessionId, issuedAt: new Date() }).token;
}

export interface RestServiceSettings
  extends Partial<Pick<PublicDoorSettings, 'limits' | 'maxDelay' | 'publicUrl' | 'counts'>>,
    Pick<HttpServiceSettings, 'bodyLimit' | 'trustProxy'> {
  readonly corsOrigins?: readonly string[];
  readonly isEnded?: AuthenticationSettings['isEnded'];
  /** Answers operations in the place of a schema. */
  readonly execute?: (operation: RestOperation) => Promise<SubgraphResult>;
}

/** A door of REST with nothing behind it: what it lets through is told by `execute`, and by the routes. */
export async function restService(
  {
    execute = async () => ({ data: {} }),
    isEnded = () => false,
    bodyLimit,
    trustProxy,
    ...door
  }: RestServiceSettings,
  routes: Parameters<typeof registerRest>[2],
): Promise<HttpService> {
  const service = createHttpService({
    name: 'test-service',
    log: createLog('silent'),
    isReady: async () => true,
    ...(bodyLimit !== undefined && { bodyLimit }),
    ...(trustProxy !== undefined && { trustProxy }),
  });
  const common: RestSettings = {
    publicUrl: 'http://tickets.example:18082',
    corsOrigins: [],
    ...door,
    authentication: new Authentication({ tokens, isEnded }),
    execute,
  };
  const limits = door.limits ?? { perAddress: 0, perViewer: 0 };
  await guardPublicDoor(service.app, {
    ...common,
    limits,
    maxDelay: door.maxDelay ?? 0,
    counts: door.counts,
    unlimited: [],
  });
  await registerRest(service.app, common, routes);
  return service;
}

/** Who asked, as a route sees them. */
export const whoRoute: Parameters<typeof registerRest>[2] = (app) => {
  for (const method of ['GET', 'POST'] as const) {
    app.route({
      method,
      url: '/who',
      handler: async ({ caller }) => {
        const { viewer, refusal } = caller;
        return viewer === anonymous ? { nobody: refusal?.message ?? true } : viewer;
      },
    });
  }
};
