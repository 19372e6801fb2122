import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import fastifyCors from '@fastify/cors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Authentication } from '../authentication.ts';
import { SessionCookies } from '../rest/session-cookies.ts';
import { anonymous, type Viewer } from '../viewer.ts';
import { OwnCallerCounts } from './caller-counts.ts';
import { shedLoad } from './load-shedding.ts';
import { RateLimit, type RateLimits, registerRateLimits } from './rate-limits.ts';
import type { RequestCounts } from './request-counts.ts';
import { addHeaders, securityHeaders } from './security-headers.ts';

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
export interface PublicDoor {
  /** Whether there is no more to say of a request than `admit` does, so that it may be answered before the framework. */
  isOpenFor(request: IncomingMessage): boolean;
  /**
   * Counts a request that is answered before the framework, as its hooks would.
   * @returns the headers that the door gives to its answer; undefined for one too many, which the framework tells
   */
  admit(viewer: Viewer, address: string): OutgoingHttpHeaders | undefined;
}

/** Hooks for headers, other sites, load and limits, in this order. */
export async function guardPublicDoor(
  app: FastifyInstance,
  settings: PublicDoorSettings,
): Promise<PublicDoor> {
  const { publicUrl, corsOrigins, authentication, limits, counts, maxDelay, unlimited = [] } = settings;
  const ownHeaders = securityHeaders(publicUrl);
  addHeaders(app, ownHeaders);
  await allowOrigins(app, corsOrigins);
  const cookies = new SessionCookies(publicUrl);
  const viewerOf = async (request: FastifyRequest): Promise<Viewer> => {
    if (request.headers.authorization !== undefined) return (await authentication.ofRequest(request)).viewer;
    const { accessToken } = cookies.read(request);
    return accessToken === undefined ? anonymous : (await authentication.ofToken(accessToken)).viewer;
  };
  const always = ['/health', '/ready', ...unlimited];
  await shedLoad(app, { maxDelay, viewerOf, always });
  const limit = new RateLimit(limits, counts ?? new OwnCallerCounts());
  await registerRateLimits(app, { limit, unlimited: always, viewerOf });
  if (counts) exchange(app, counts);
  return {
    isOpenFor: ({ headers }) => {
      const isPlain = headers.origin === undefined && headers.cookie === undefined;
      return isPlain && !(maxDelay > 0 && app.isUnderPressure());
    },
    admit: (viewer, address) => {
      const ofLimit = limit.admit(viewer, address);
      return ofLimit && { ...ownHeaders, ...ofLimit };
    },
  };
}

function exchange(app: FastifyInstance, counts: RequestCounts): void {
  app.addHook('onReady', async () => counts.start());
  app.addHook('onClose', async () => await counts.stop());
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
