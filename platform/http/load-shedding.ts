import fastifyUnderPressure from '@fastify/under-pressure';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { hasRole, type Viewer } from '../viewer.ts';
import { turnedAway } from './turned-away.ts';

export interface LoadSheddingSettings {
  /** How late the event loop may be on average, in milliseconds; 0 sheds nothing. */
  readonly maxDelay: number;
  readonly viewerOf: (request: FastifyRequest) => Promise<Viewer>;
  /** Routes that are answered whatever happens. */
  readonly always: readonly string[];
}

/** How often the delay is looked at, in milliseconds. */
const lookEvery = 500;
/** When the load may be over, in seconds. */
const retryAfterSeconds = 2;
const message = `Too much to do just now; try again in ${retryAfterSeconds} seconds.`;

/**
 * Turns requests away before the process is too late for all of them: a queue that grows answers nobody in time. Door
 * staff is let through, since a line of people waits behind each of their requests.
 */
export async function shedLoad(
  app: FastifyInstance,
  { maxDelay, viewerOf, always }: LoadSheddingSettings,
): Promise<void> {
  if (maxDelay === 0) return;
  const exempt: ReadonlySet<string | undefined> = new Set(always);
  // What a start keeps the event loop from is no load, and is measured as late as the second time that is looked at it.
  let countsFrom = 0;
  app.addHook('onListen', async () => {
    countsFrom = performance.now() + 2 * lookEvery;
  });
  await app.register(fastifyUnderPressure, {
    maxEventLoopDelay: maxDelay,
    sampleInterval: lookEvery,
    pressureHandler: async (request) => {
      if (performance.now() < countsFrom) return;
      if (exempt.has(request.routeOptions.url) || hasRole(await viewerOf(request), 'SCANNER')) return;
      throw turnedAway(request, 503, 'OVERLOADED', message, retryAfterSeconds);
    },
  });
}
