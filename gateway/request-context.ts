import { bearerToken } from '@tixgo/platform/bearer.ts';
import { ApiError, unauthenticated } from '@tixgo/platform/errors.ts';
import type { AccessTokens } from '@tixgo/platform/tokens.ts';
import { anonymous, type Viewer } from '@tixgo/platform/viewer.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EndedAccess } from './revocation/ended-access.ts';

/** What travels with one request through the gateway. */
export interface GatewayContext {
  readonly viewer: Viewer;
  /** Why the caller could not be told who they are; the request is refused with it before anything runs. */
  readonly refusal: ApiError | undefined;
  readonly requestId: string;
  readonly address: string;
  readonly userAgent: string | undefined;
  /** Ends at the request's deadline. */
  readonly signal: AbortSignal;
}

export interface RequestContextSettings {
  readonly tokens: AccessTokens;
  readonly endedAccess: EndedAccess;
  readonly deadline: number;
}

export function requestContext({ tokens, endedAccess, deadline }: RequestContextSettings) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<GatewayContext> => {
    const { viewer, refusal } = identify(request.headers.authorization, tokens, endedAccess);
    return {
      viewer,
      refusal,
      requestId: request.id,
      address: request.ip,
      userAgent: request.headers['user-agent'],
      signal: deadlineOf(reply, deadline),
    };
  };
}

/** Ends with the request: a timeout signal would fire for every request that was answered long ago, at 8 % of a scan. */
function deadlineOf(reply: FastifyReply, deadline: number): AbortSignal {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), deadline);
  reply.raw.once('close', () => clearTimeout(timer));
  return controller.signal;
}

/** A bad token is never taken for no token: the caller believes to be somebody. */
function identify(authorization: string | undefined, tokens: AccessTokens, endedAccess: EndedAccess) {
  try {
    const token = bearerToken(authorization);
    if (token === undefined) return { viewer: anonymous, refusal: undefined };
    const viewer = tokens.verify(token);
    if (endedAccess.isEnded(viewer)) throw unauthenticated('Your access has changed; sign in again.');
    return { viewer, refusal: undefined };
  } catch (error) {
    if (error instanceof ApiError) return { viewer: anonymous, refusal: error };
    throw error;
  }
}
