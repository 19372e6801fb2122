import type { Authentication, Identified } from '@tixgo/platform/authentication.ts';
import { deadlineOf } from '@tixgo/platform/http/deadline.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What travels with one request through the gateway. */
export interface GatewayContext extends Identified {
  readonly requestId: string;
  readonly address: string | undefined;
  readonly userAgent: string | undefined;
  /** Ends at the request's deadline. */
  readonly signal: AbortSignal;
}

export interface RequestContextSettings {
  readonly authentication: Authentication;
  readonly deadline: number;
}

export function requestContext({ authentication, deadline }: RequestContextSettings) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<GatewayContext> => ({
    ...(await authentication.ofRequest(request)),
    requestId: request.id,
    address: request.ip,
    userAgent: request.headers['user-agent'],
    signal: deadlineOf(reply, deadline),
  });
}
