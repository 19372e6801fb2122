import { systemClock } from '@tixgo/platform/clock.ts';
import { openDatabase } from '@tixgo/platform/database/database.ts';
import { subgraphUnavailable } from '@tixgo/platform/errors.ts';
import { InProcessBus } from '@tixgo/platform/facts/in-process-bus.ts';
import { createHttpService } from '@tixgo/platform/http/http-service.ts';
import { registerSubgraphEndpoint } from '@tixgo/platform/http/subgraph-endpoint.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import { type RunningService, runService } from '@tixgo/platform/run-service.ts';
import type { EntityLookup } from '@tixgo/platform/subgraph-dependencies.ts';
import { readProcessEnvironment } from './env.ts';
import { buildTicketSubgraph } from './subgraph.ts';

/** A process of its own reaches nobody yet: what no fact has told it is away. */
const lookup: EntityLookup = async () => {
  throw subgraphUnavailable();
};

async function start(): Promise<RunningService> {
  const { common, ticket, databaseUrl: url, serviceSecret } = readProcessEnvironment();
  const log = createLog(common.logLevel);
  const { dataDir, databasePoolSize: poolSize } = common;
  const database = await openDatabase({ url, dataDir, poolSize }, log);
  const bus = new InProcessBus(log);
  const subgraph = buildTicketSubgraph({ database, bus, log, clock: systemClock, lookup, ...ticket });
  await subgraph.prepare();
  subgraph.start();
  const http = createHttpService({ name: 'ticket-service', log, isReady: () => database.isReachable() });
  await registerSubgraphEndpoint(http.app, { subgraph, serviceSecret, clock: systemClock });
  const port = await http.listen({ host: common.host, port: ticket.port, portVariable: 'TICKET_PORT' });
  log.info({ port }, 'ticket serves the gateway');
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
