import fastifyRateLimit, { type FastifyRateLimitStoreCtor, normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RestFailure } from '../rest/rest-failure.ts';
import { hasRole, type Viewer } from '../viewer.ts';
import { mostCallers, type RequestCounts } from './request-counts.ts';
import { turnedAway } from './turned-away.ts';

/** Requests a minute; 0 is no limit. */
export interface RateLimits {
  /** Of those who are not signed in, by their address. */
  readonly perAddress: number;
  /** Of somebody who is signed in, wherever they ask from. */
  readonly perViewer: number;
}

export interface RateLimitSettings {
  readonly limits: RateLimits;
  readonly viewerOf: (request: FastifyRequest) => Promise<Viewer>;
  /** Routes that are not counted. */
  readonly unlimited: readonly string[];
  /** Undefined: the memory of this process counts for itself. */
  readonly counts: RequestCounts | undefined;
}

/** Door staff: from SCANNER on people are given their role by an admin, and no queue may wait for a counter. */
const staff = 'staff';
const viewerPrefix = 'viewer:';
/** Longer than any address; what a proxy that is believed passes on need not be one. */
const longestKey = 128;

/** Counts requests to every route of `app`, those to none included, by the minute. */
export async function registerRateLimits(
  app: FastifyInstance,
  { limits, viewerOf, unlimited, counts }: RateLimitSettings,
): Promise<void> {
  const { perAddress, perViewer } = limits;
  if (perAddress === 0 && perViewer === 0) return;
  const notCounted: ReadonlySet<string | undefined> = new Set(unlimited);
  const limitOf = (key: string) => (key.startsWith(viewerPrefix) ? perViewer : perAddress);
  await app.register(fastifyRateLimit, {
    global: false,
    // RateLimit-Limit, -Remaining and -Reset, as the IETF draft has them.
    enableDraftSpec: true,
    timeWindow: 60_000,
    ...(counts ? { store: storeOf(counts) } : { cache: mostCallers }),
    keyGenerator: async (request) =>
      notCounted.has(request.routeOptions.url) ? staff : keyOf(request, await viewerOf(request)),
    allowList: (_request, key) => key === staff || limitOf(key) === 0,
    max: (_request, key) => limitOf(key),
    errorResponseBuilder: (request, { ttl }) => tooMany(request, Math.ceil(ttl / 1000)),
  });
  app.addHook('onRequest', app.rateLimit());
  if (!counts) return;
  app.addHook('onReady', async () => counts.start());
  app.addHook('onClose', async () => await counts.stop());
}

/** As the plugin has it: a class, of which it makes the one that it asks. */
function storeOf(counts: RequestCounts): FastifyRateLimitStoreCtor {
  return class Store {
    incr(key: string, answer: (error: null, result: { current: number; ttl: number }) => void): void {
      answer(null, counts.count(key));
    }

    /** For routes with limits of their own, of which there are none. */
    child(): Store {
      return this;
    }
  };
}

function keyOf(request: FastifyRequest, viewer: Viewer): string {
  if (hasRole(viewer, 'SCANNER')) return staff;
  // One household has a whole /64 of IPv6 addresses.
  const key =
    viewer.kind === 'user' ? `${viewerPrefix}${viewer.id}` : `address:${normalizeIP(request.ip, 64)}`;
  return key.slice(0, longestKey);
}

function tooMany(request: FastifyRequest, retryAfterSeconds: number): RestFailure {
  const unit = retryAfterSeconds === 1 ? 'second' : 'seconds';
  const message = `Too many requests; go on in ${retryAfterSeconds} ${unit}.`;
  return turnedAway(request, 429, 'RATE_LIMITED', message, retryAfterSeconds);
}
