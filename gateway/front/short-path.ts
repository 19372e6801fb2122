import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { answerBody, answerHeaders, isPlain, plainOperation } from './plain-request.ts';
import type { PreparedExecution } from './prepared-execution.ts';
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
    const operation = isPlain(request) ? plainOperation(request.body) : undefined;
    if (!operation) return await apollo.call(this, request, reply);
    const result = await execution.run(operation, await contextOf(request, reply));
    if (!result) return await apollo.call(this, request, reply);
    reply.headers(answerHeaders);
    return answerBody(result);
  };
}
