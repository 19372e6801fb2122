import fastifyCors from '@fastify/cors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Authentication } from '../authentication.ts';
import { SessionCookies } from '../rest/session-cookies.ts';
import { anonymous, type Viewer } from '../viewer.ts';
import { shedLoad } from './load-shedding.ts';
import { type RateLimits, registerRateLimits } from './rate-limits.ts';
import type { RequestCounts } from './request-counts.ts';
import { addSecurityHeaders } from './security-headers.ts';

export interface PublicDoorSettings {
  /** How browsers reach the service. */
  readonly publicUrl: string;
  /** Other sites whose pages may use this one. */
  readonly corsOrigins: readonly string[];
  readonly authentication: Authentication;
  readonly limits: RateLimits;
  /** How late the event loop may be before requests are turned away, in milliseconds; 0 is never. */
  readonly maxDelay: number;
  /** Undefined: there is no other process whose requests count too. */
  readonly counts: RequestCounts | undefined;
  /** Routes that are not counted, besides `/health` and `/ready`. */
  readonly unlimited?: readonly string[];
}

/** What a listener that the world can reach does before any route has its say. */
export async function guardPublicDoor(app: FastifyInstance, settings: PublicDoorSettings): Promise<void> {
  const { publicUrl, corsOrigins, authentication, limits, counts, maxDelay, unlimited = [] } = settings;
  addSecurityHeaders(app, publicUrl);
  await allowOrigins(app, corsOrigins);
  const cookies = new SessionCookies(publicUrl);
  const viewerOf = async (request: FastifyRequest): Promise<Viewer> => {
    if (request.headers.authorization !== undefined) return (await authentication.ofRequest(request)).viewer;
    const { accessToken } = cookies.read(request);
    return accessToken === undefined ? anonymous : (await authentication.ofToken(accessToken)).viewer;
  };
  const always = ['/health', '/ready', ...unlimited];
  await shedLoad(app, { maxDelay, viewerOf, always });
  await registerRateLimits(app, { limits, counts, unlimited: always, viewerOf });
}

async function allowOrigins(app: FastifyInstance, origins: readonly string[]): Promise<void> {
  await app.register(fastifyCors, {
    origin: origins.length > 0 && [...origins],
    // Those who are named may also write with a cookie; nobody is named by a star.
    credentials: !origins.includes('*'),
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'],
    allowedHeaders: ['content-type', 'authorization', 'apollo-require-preflight', 'x-request-id'],
    exposedHeaders: [
      'x-request-id',
      'retry-after',
      'ratelimit-limit',
      'ratelimit-remaining',
      'ratelimit-reset',
      'content-disposition',
    ],
    maxAge: 600,
    // What is no preflight is answered as everything else.
    strictPreflight: false,
  });
}
