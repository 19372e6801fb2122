import { systemClock } from '@tixgo/platform/clock.ts';
import { openDatabase } from '@tixgo/platform/database/database.ts';
import { InProcessBus } from '@tixgo/platform/facts/in-process-bus.ts';
import { createHttpService } from '@tixgo/platform/http/http-service.ts';
import { registerSubgraphEndpoint } from '@tixgo/platform/http/subgraph-endpoint.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import { type RunningService, runService } from '@tixgo/platform/run-service.ts';
import { readEventEnvironment } from './env.ts';
import { buildEventSubgraph } from './subgraph.ts';

async function start(): Promise<RunningService> {
  const { common, port, databaseUrl: url, serviceSecret } = readEventEnvironment();
  const log = createLog(common.logLevel);
  const database = await openDatabase(
    { url, dataDir: common.dataDir, poolSize: common.databasePoolSize },
    log,
  );
  const bus = new InProcessBus(log);
  const subgraph = buildEventSubgraph({ database, bus, log, clock: systemClock });
  await subgraph.prepare();
  subgraph.start();
  const http = createHttpService({ name: 'event-service', log, isReady: () => database.isReachable() });
  await registerSubgraphEndpoint(http.app, { subgraph, serviceSecret, clock: systemClock });
  const listening = await http.listen({ host: common.host, port, portVariable: 'EVENT_PORT' });
  log.info({ port: listening }, 'event serves the gateway');
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
