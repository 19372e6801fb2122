import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { registerGateway } from '@tixgo/gateway/gateway.ts';
import { hostedSource } from '@tixgo/gateway/sources/hosted-source.ts';
import { prepareSupergraph, supergraphRules } from '@tixgo/gateway/supergraph/loaded-supergraph.ts';
import { Authentication } from '@tixgo/platform/authentication.ts';
import { systemClock } from '@tixgo/platform/clock.ts';
import type { ExecutableSubgraph } from '@tixgo/platform/graphql/subgraph.ts';
import { createHttpService } from '@tixgo/platform/http/http-service.ts';
import { guardPublicDoor } from '@tixgo/platform/http/public-door.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import { runService } from '@tixgo/platform/run-service.ts';
import { remoteSource } from '@tixgo/platform/subgraphs/remote-source.ts';
import { AccessTokens } from '@tixgo/platform/tokens.ts';
import { readOwnGatewayEnvironment } from '../env.ts';
import { buildSubgraphs, subgraphNames } from '../subgraphs/subgraphs.ts';

/** Ours as the host has it in production, without database, REST and portal: limits and headers, tokens, access, masking. */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    supergraph: { type: 'string', default: '' },
    secret: { type: 'string', default: '' },
    /** Of the signed doors, in the order of the names; none: in process. */
    subgraphs: { type: 'string' },
    'apollo-alone': { type: 'boolean', default: false },
  },
});
const { gateway: environment, jwtSecret } = readOwnGatewayEnvironment();
const log = createLog('warn');

await runService(async () => {
  const http = createHttpService({ name: 'gateway', log, drainTime: 0, isReady: async () => true });
  const tokens = new AccessTokens(
    { secret: jwtSecret, algorithm: 'HS256', lifetimeMinutes: 120 },
    systemClock,
  );
  const authentication = new Authentication({ tokens, isEnded });
  const door = await guardPublicDoor(http.app, {
    publicUrl: 'http://localhost',
    corsOrigins: environment.corsOrigins,
    authentication,
    limits: environment.limits,
    maxDelay: environment.maxDelay,
    counts: undefined,
  });
  const hosted: readonly ExecutableSubgraph[] = values.subgraphs === undefined ? buildSubgraphs(log) : [];
  const sources = values.subgraphs === undefined ? hosted.map(hostedSource) : remoteSources(values.subgraphs);
  const sdl = readFileSync(values.supergraph, 'utf8');
  const gateway = await registerGateway(http.app, {
    environment,
    supergraph: prepareSupergraph(sdl, supergraphRules(sdl, hosted)),
    sources,
    authentication,
    log,
    apolloAlone: values['apollo-alone'],
  });
  if (!values['apollo-alone']) gateway.serveFirst(http, door);
  await http.listen({ host: '127.0.0.1', port: Number(values.port), portVariable: '--port' });
  return {
    stop: async () => {
      await http.close();
      await Promise.all(sources.map((source) => source.close()));
    },
  };
});

/** The host looks two keys up in a map here. */
function isEnded(): boolean {
  return false;
}

function remoteSources(ports: string) {
  const all = ports.split(',');
  return subgraphNames.map((name, index) =>
    remoteSource({
      name,
      url: `http://127.0.0.1:${all[index]}/graphql`,
      serviceSecret: values.secret,
      clock: systemClock,
      log,
    }),
  );
}
