import type { FastifyRequest } from 'fastify';
import { ApiError } from '../errors.ts';
import { RestFailure } from '../rest/rest-failure.ts';

/** Where a client reads errors as GraphQL has them. */
export function isGraphqlRoute({ routeOptions: { url } }: FastifyRequest): boolean {
  return url === '/graphql' || url === '/graphql/stream';
}

/** What a request is answered that is not looked at: with `Retry-After`, and in the form of the door that it came to. */
export function turnedAway(
  request: FastifyRequest,
  status: 429 | 503,
  code: 'RATE_LIMITED' | 'OVERLOADED',
  message: string,
  retryAfterSeconds: number,
): RestFailure {
  const { extensions } = new ApiError(code, message, { retryAfterSeconds });
  const headers = { 'retry-after': String(retryAfterSeconds) };
  // A GraphQL client reads the code from where all others are.
  const isGraphql = isGraphqlRoute(request);
  return new RestFailure(
    status,
    message,
    headers,
    isGraphql ? { errors: [{ message, extensions }] } : undefined,
  );
}
