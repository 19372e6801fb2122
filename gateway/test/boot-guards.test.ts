import { afterEach, describe, expect, test } from '@jest/globals';
import { readAccessRules } from '@tixgo/platform/access/rules.ts';
import { Authentication } from '@tixgo/platform/authentication.ts';
import type { ExecutableSubgraph } from '@tixgo/platform/graphql/subgraph.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import type { SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';
import { AccessTokens } from '@tixgo/platform/tokens.ts';
import { readSubgraphSdl, subgraphNames } from '@tixgo/schema/subgraph-sdl.ts';
import { readSupergraphSdl } from '@tixgo/schema/supergraph-sdl.ts';
import fastify, { type FastifyInstance } from 'fastify';
import { buildSchema, parse } from 'graphql';
import { suiteEnvironment } from '../audit/suite-environment.ts';
import { registerGateway } from '../gateway.ts';
import { prepareSupergraph, supergraphRules } from '../supergraph/loaded-supergraph.ts';

const apps: FastifyInstance[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

/** Boots a gateway over subgraphs that enforce what the given SDL says and are never asked. */
async function boot({
  supergraphSdl = readSupergraphSdl(),
  sdlOf = readSubgraphSdl as (name: never) => string,
  names = [...subgraphNames] as string[],
}) {
  const app = fastify();
  apps.push(app);
  const hosted = names.map((name): ExecutableSubgraph => {
    const accessRules = readAccessRules(parse(sdlOf(name as never)));
    return {
      name,
      accessRules,
      schema: buildSchema('type Query { a: Int }'),
      execute: () => Promise.reject(new Error('asked')),
    };
  });
  const sources = hosted.map((subgraph): SubgraphSource => ({ ...subgraph, close: async () => {} }));
  const settings = { secret: 'x'.repeat(32), algorithm: 'HS256', lifetimeMinutes: 1 } as const;
  return await registerGateway(app, {
    environment: suiteEnvironment,
    supergraph: prepareSupergraph(supergraphSdl, supergraphRules(supergraphSdl, hosted)),
    sources,
    authentication: new Authentication({
      tokens: new AccessTokens(settings, () => new Date()),
      isEnded: () => false,
    }),
    log: createLog('silent'),
  });
}

describe('the gateway does not start', () => {
  test('unless nothing is wrong', async () => {
    await expect(boot({})).resolves.toMatchObject({ execute: expect.any(Function) });
  });

  test('when a root field has no rule', async () => {
    const open = readSupergraphSdl().replace(/(\n {2}mySessions: [^\n]*) @requiresRole\(role: USER\)/, '$1');
    expect(open).not.toBe(readSupergraphSdl());
    await expect(boot({ supergraphSdl: open })).rejects.toThrow(
      /Query\.mySessions must carry @requiresRole or @public/,
    );
  });

  test('when a subgraph enforces another rule than the supergraph tells', async () => {
    const weaker = (name: never) =>
      readSubgraphSdl(name).replaceAll('@requiresRole(role: SCANNER)', '@requiresRole(role: USER)');
    await expect(boot({ sdlOf: weaker })).rejects.toThrow(
      /access rules of subgraph attendance are not those of the supergraph/,
    );
  });

  test('when the directives of a subgraph were not composed', async () => {
    const bare = readSupergraphSdl().replace(
      /(type EventSummary\b[^{]*?) @requiresRole\(role: COMMITTEE\)/s,
      '$1',
    );
    expect(bare).not.toBe(readSupergraphSdl());
    await expect(boot({ supergraphSdl: bare })).rejects.toThrow(
      /access rules of subgraph event .*EventSummary/,
    );
  });

  test('when the supergraph names a subgraph that it does not know', async () => {
    await expect(boot({ names: ['event', 'identity'] })).rejects.toThrow(/attendance/);
  });
});
