import { Authentication } from '@tixgo/platform/authentication.ts';
import { subgraphUnavailable } from '@tixgo/platform/errors.ts';
import type { SubgraphResult } from '@tixgo/platform/graphql/subgraph.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import type { SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';
import { AccessTokens } from '@tixgo/platform/tokens.ts';
import fastify, { type FastifyInstance } from 'fastify';
import { registerGateway } from '../gateway.ts';
import { type LoadedSupergraph, prepareSupergraph } from '../supergraph/loaded-supergraph.ts';
import { suiteEnvironment } from './suite-environment.ts';

/**
 * Our gateway over a supergraph of somebody else: its subgraphs do not know our signatures, and it has no access rules,
 * so that everybody may ask everything.
 */
export async function auditedGateway(supergraphSdl: string): Promise<FastifyInstance> {
  const supergraph = prepareSupergraph(supergraphSdl, new Map());
  const app = await gatewayOf(
    supergraph,
    supergraph.subgraphs.map(({ name, url }) => unsignedSource(name, url)),
  );
  app.get('/health', async () => 'OK');
  return app;
}

/** The gateway that suites of others are run against. */
export async function gatewayOf(
  supergraph: LoadedSupergraph,
  sources: readonly SubgraphSource[],
): Promise<FastifyInstance> {
  const app = fastify();
  const secret = 'x'.repeat(32);
  const tokens = new AccessTokens({ secret, algorithm: 'HS256', lifetimeMinutes: 1 }, () => new Date());
  await registerGateway(app, {
    environment: suiteEnvironment,
    supergraph,
    sources,
    authentication: new Authentication({ tokens, isEnded: () => false }),
    log: createLog('silent'),
  });
  return app;
}

function unsignedSource(name: string, url: string): SubgraphSource {
  return {
    name,
    execute: async ({ query, variables }): Promise<SubgraphResult> => {
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query, variables }),
        });
        const { data, errors } = (await response.json()) as SubgraphResult;
        return { data, ...(errors && { errors: errors.map(masked) }) };
      } catch {
        throw subgraphUnavailable();
      }
    },
    close: async () => {},
  };
}

/** Another's codes mean nothing here. */
const masked = (error: NonNullable<SubgraphResult['errors']>[number]) => ({
  ...error,
  extensions: { code: 'INTERNAL_SERVER_ERROR' },
});
