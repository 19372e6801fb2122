import type { Authentication, Identified } from '@tixgo/platform/authentication.ts';
import { type Deadline, deadlineOf } from '@tixgo/platform/http/deadline.ts';
import { traceparentOf } from '@tixgo/platform/http/traceparent.ts';
import { userAgentOf } from '@tixgo/platform/http/user-agent.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Explanation, explainHeader } from '../observability/explanation.ts';

/** What travels with one request through the gateway. */
export interface GatewayContext extends Identified, Deadline {
  readonly requestId: string;
  readonly address: string | undefined;
  readonly userAgent: string | undefined;
  /** As the client said it; of the operation, once that is traced. */
  readonly traceparent?: string | undefined;
  /** An operation of the gateway's own, behind a REST route: it is not looked at for limits. */
  readonly isOurs?: boolean;
  /** Filled in while the request is answered, where it was asked for. */
  readonly explanation?: Explanation | undefined;
}

export interface RequestContextSettings {
  readonly authentication: Authentication;
  readonly deadline: number;
  /** Whether requests are explained that ask for it. */
  readonly explains: boolean;
}

/** What is known of a request, the same however often it is asked: a request has one deadline. */
export function requestContext({ authentication, deadline, explains }: RequestContextSettings) {
  const contexts = new WeakMap<FastifyRequest, Promise<GatewayContext>>();
  const make = async (request: FastifyRequest, reply: FastifyReply): Promise<GatewayContext> => ({
    ...(await authentication.ofRequest(request)),
    requestId: request.id,
    address: request.ip,
    userAgent: userAgentOf(request),
    traceparent: traceparentOf(request),
    ...deadlineOf(reply.raw, deadline),
    explanation: explains && request.headers[explainHeader] ? { fetches: [] } : undefined,
  });
  return (request: FastifyRequest, reply: FastifyReply): Promise<GatewayContext> => {
    const context = contexts.get(request) ?? make(request, reply);
    contexts.set(request, context);
    return context;
  };
}
