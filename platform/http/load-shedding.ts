import fastifyUnderPressure from '@fastify/under-pressure';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError } from '../errors.ts';
import { RestFailure } from '../rest/rest-failure.ts';
import { hasRole, type Viewer } from '../viewer.ts';

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
  await app.register(fastifyUnderPressure, {
    maxEventLoopDelay: maxDelay,
    sampleInterval: lookEvery,
    pressureHandler: async (request) => {
      if (exempt.has(request.routeOptions.url) || hasRole(await viewerOf(request), 'SCANNER')) return;
      throw overloaded(request);
    },
  });
}

function overloaded(request: FastifyRequest): RestFailure {
  const message = `Too much to do just now; try again in ${retryAfterSeconds} seconds.`;
  const { extensions } = new ApiError('OVERLOADED', message, { retryAfterSeconds });
  const headers = { 'retry-after': String(retryAfterSeconds) };
  const isGraphql = request.routeOptions.url === '/graphql';
  const body = isGraphql ? { errors: [{ message, extensions }] } : undefined;
  return new RestFailure(503, message, headers, body);
}
