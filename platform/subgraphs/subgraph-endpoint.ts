import type { FastifyInstance } from 'fastify';
import type { Clock } from '../clock.ts';
import { ApiError } from '../errors.ts';
import type { ExecutableSubgraph } from '../graphql/subgraph.ts';
import { verifyCall } from '../service-signature.ts';

export interface SubgraphEndpointSettings {
  readonly subgraph: ExecutableSubgraph;
  readonly serviceSecret: string;
  readonly clock: Clock;
}

interface OperationBody {
  readonly query: string;
  readonly variables?: Record<string, unknown> | null;
  readonly operationName?: string | null;
}

/** `POST /graphql` for the gateway: every call is signed and names its viewer. */
export async function registerSubgraphEndpoint(
  app: FastifyInstance,
  settings: SubgraphEndpointSettings,
): Promise<void> {
  const { subgraph, serviceSecret, clock } = settings;
  // In a scope of its own: the signature covers the body as it came, so that here it stays text.
  await app.register(async (scope) => {
    scope.removeContentTypeParser('application/json');
    scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
      done(null, body),
    );
    scope.post('/graphql', async (request, reply) => {
      const body = String(request.body ?? '');
      const call = { method: 'POST', path: request.url, body, headers: request.headers };
      const caller = verified(() => verifyCall(call, serviceSecret, clock));
      if (caller instanceof ApiError) {
        return await reply
          .code(401)
          .send({ errors: [{ message: caller.message, extensions: caller.extensions }] });
      }
      const operation = parseOperation(body);
      if (!operation) {
        return await reply
          .code(400)
          .send({ errors: [{ message: 'This is no operation.', extensions: { code: 'BAD_REQUEST' } }] });
      }
      const { query, variables, operationName } = operation;
      const { viewer, address, userAgent } = caller;
      return await subgraph.execute({
        query,
        variables: variables ?? {},
        operationName: operationName ?? undefined,
        viewer,
        address,
        userAgent,
        requestId: request.id,
      });
    });
  });
}

function verified<T>(verify: () => T): T | ApiError {
  try {
    return verify();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

function parseOperation(body: string): OperationBody | undefined {
  try {
    const operation = JSON.parse(body);
    return typeof operation?.query === 'string' ? operation : undefined;
  } catch {
    return undefined;
  }
}
