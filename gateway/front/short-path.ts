import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { explainHeader } from '../observability/explanation.ts';
import type { OperationRequest, PreparedExecution } from './prepared-execution.ts';
import type { GatewayContext } from './request-context.ts';

type ContextOf = (request: FastifyRequest, reply: FastifyReply) => Promise<GatewayContext>;

/**
 * Answers the plain requests for prepared operations past Apollo Server, whose pipeline costs more than it gives for
 * them; everything else goes its way. The two cannot be told apart from outside: gateway/test/front-paths.test.ts.
 */
export function shortPath(
  execution: PreparedExecution,
  contextOf: ContextOf,
  apollo: RouteHandlerMethod,
): RouteHandlerMethod {
  return async function answer(request, reply) {
    const operation = plainRequest(request);
    if (!operation || request.headers[explainHeader]) return await apollo.call(this, request, reply);
    const result = await execution.run(operation, await contextOf(request, reply));
    if (!result) return await apollo.call(this, request, reply);
    const { data, errors } = result;
    reply.header('content-type', 'application/json; charset=utf-8').header('cache-control', 'no-store');
    // The order of Apollo Server's answers.
    return `${JSON.stringify(errors ? { errors, data } : { data })}\n`;
  };
}

/** JSON by POST, for JSON, with nothing that asks for more than an operation. */
function plainRequest({ method, headers, body }: FastifyRequest): OperationRequest | undefined {
  if (method !== 'POST' || !isJson(headers['content-type']) || !takesJson(headers.accept)) return undefined;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const { query, variables, operationName, extensions } = body as Readonly<Record<string, unknown>>;
  if (typeof query !== 'string' || (extensions !== undefined && extensions !== null)) return undefined;
  if (!isAbsent(operationName) && (typeof operationName !== 'string' || operationName === ''))
    return undefined;
  if (!isAbsent(variables) && (typeof variables !== 'object' || Array.isArray(variables))) return undefined;
  return {
    query,
    operationName: operationName ?? undefined,
    variables: (variables ?? {}) as Readonly<Record<string, unknown>>,
  };
}

const isAbsent = (value: unknown): value is null | undefined => value === null || value === undefined;

const isJson = (contentType: string | undefined) =>
  contentType === 'application/json' || contentType === 'application/json; charset=utf-8';

const takesJson = (accept: string | undefined) =>
  accept === undefined || accept === '*/*' || accept === 'application/json';
