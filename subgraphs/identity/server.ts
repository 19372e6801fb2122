import { systemClock } from '@tixgo/platform/clock.ts';
import { openDatabase } from '@tixgo/platform/database/database.ts';
import { subgraphUnavailable } from '@tixgo/platform/errors.ts';
import { InProcessBus } from '@tixgo/platform/facts/in-process-bus.ts';
import { registerSubgraphEndpoint } from '@tixgo/platform/http/subgraph-endpoint.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import { type RunningService, runService } from '@tixgo/platform/run-service.ts';
import type { EntityLookup } from '@tixgo/platform/subgraph-dependencies.ts';
import { AccessTokens } from '@tixgo/platform/tokens.ts';
import { readProcessEnvironment } from './env.ts';
import { identityHttpService } from './http.ts';
import { buildIdentitySubgraph } from './subgraph.ts';

/** A process of its own reaches nobody yet, and hears of nothing that it would have to ask about. */
const lookup: EntityLookup = async () => {
  throw subgraphUnavailable();
};

async function start(): Promise<RunningService> {
  const { common, identity, serviceSecret } = readProcessEnvironment();
  const log = createLog(common.logLevel);
  const { databaseUrl: url, dataDir, databasePoolSize: poolSize } = common;
  const database = await openDatabase({ url, dataDir, poolSize }, log);
  const bus = new InProcessBus(log);
  const clock = systemClock;
  const subgraph = buildIdentitySubgraph({ database, bus, log, clock, lookup, environment: identity });
  await subgraph.prepare();
  subgraph.start();
  const tokens = new AccessTokens(identity.tokens, systemClock);
  const http = await identityHttpService({ database, log, subgraph, tokens, environment: identity });
  await registerSubgraphEndpoint(http.app, { subgraph, serviceSecret, clock: systemClock });
  const port = await http.listen({ host: common.host, port: identity.port, portVariable: 'IDENTITY_PORT' });
  log.info({ port }, 'identity serves');
  return {
    stop: async () => {
      http.drain();
      await http.close();
      await subgraph.stop();
      await bus.close();
      await database.close();
    },
  };
}

await runService(start);
