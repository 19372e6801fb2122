import type { OutgoingHttpHeaders } from 'node:http';
import fastifyRateLimit, { type FastifyRateLimitStoreCtor, normalizeIP } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RestFailure } from '../rest/rest-failure.ts';
import { hasRole, type Viewer } from '../viewer.ts';
import { type CallerCounts, minute } from './caller-counts.ts';
import { nowhere } from './client-address.ts';
import { turnedAway } from './turned-away.ts';

/** Requests a minute; 0 is no limit. */
export interface RateLimits {
  /** Of those who are not signed in, by their address. */
  readonly perAddress: number;
  /** Of somebody who is signed in, wherever they ask from. */
  readonly perViewer: number;
}

/** Door staff: from SCANNER on people are given their role by an admin, and no queue may wait for a counter. */
const staff = 'staff';
const viewerPrefix = 'viewer:';
/** Longer than any address; what a proxy that is believed passes on need not be one. */
const longestKey = 128;

/** Who is counted as whom, and how often each may ask. */
export class RateLimit {
  readonly counts: CallerCounts;
  readonly #limits: RateLimits;

  constructor(limits: RateLimits, counts: CallerCounts) {
    this.#limits = limits;
    this.counts = counts;
  }

  get isNone(): boolean {
    return this.#limits.perAddress === 0 && this.#limits.perViewer === 0;
  }

  keyOf(viewer: Viewer, address: string): string {
    if (hasRole(viewer, 'SCANNER')) return staff;
    // One household has a whole /64 of IPv6 addresses.
    const key =
      viewer.kind === 'user' ? `${viewerPrefix}${viewer.id}` : `address:${normalizeIP(address, 64)}`;
    return key.slice(0, longestKey);
  }

  /** Requests a minute; 0 is no limit. */
  of(key: string): number {
    if (key === staff) return 0;
    return key.startsWith(viewerPrefix) ? this.#limits.perViewer : this.#limits.perAddress;
  }

  /**
   * Counts a request that the framework does not see.
   * @returns the headers of its answer; undefined for one too many
   */
  admit(viewer: Viewer, address: string): OutgoingHttpHeaders | undefined {
    const key = this.keyOf(viewer, address);
    const limit = this.of(key);
    if (limit === 0) return {};
    const { current, ttl } = this.counts.count(key);
    if (current > limit) return undefined;
    return {
      'ratelimit-limit': limit,
      'ratelimit-remaining': limit - current,
      'ratelimit-reset': Math.ceil(ttl / 1000),
    };
  }
}

export interface RateLimitSettings {
  readonly limit: RateLimit;
  readonly viewerOf: (request: FastifyRequest) => Promise<Viewer>;
  /** Routes that are not counted. */
  readonly unlimited: readonly string[];
}

/** Counts requests to every route of `app`, those to none included, by the minute. */
export async function registerRateLimits(
  app: FastifyInstance,
  { limit, viewerOf, unlimited }: RateLimitSettings,
): Promise<void> {
  if (limit.isNone) return;
  const notCounted: ReadonlySet<string | undefined> = new Set(unlimited);
  await app.register(fastifyRateLimit, {
    global: false,
    // RateLimit-Limit, -Remaining and -Reset, as the IETF draft has them.
    enableDraftSpec: true,
    timeWindow: minute,
    store: storeOf(limit.counts),
    keyGenerator: async (request) =>
      notCounted.has(request.routeOptions.url)
        ? staff
        : limit.keyOf(await viewerOf(request), request.ip ?? nowhere),
    allowList: (_request, key) => limit.of(key) === 0,
    max: (_request, key) => limit.of(key),
    errorResponseBuilder: (request, { ttl }) => tooMany(request, Math.ceil(ttl / 1000)),
  });
  app.addHook('onRequest', app.rateLimit());
}

/** As the plugin has it: a class, of which it makes the one that it asks. */
function storeOf(counts: CallerCounts): FastifyRateLimitStoreCtor {
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

function tooMany(request: FastifyRequest, retryAfterSeconds: number): RestFailure {
  const unit = retryAfterSeconds === 1 ? 'second' : 'seconds';
  const message = `Too many requests; go on in ${retryAfterSeconds} ${unit}.`;
  return turnedAway(request, 429, 'RATE_LIMITED', message, retryAfterSeconds);
}
