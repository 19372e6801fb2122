import { systemClock } from '@tixgo/platform/clock.ts';
import { openDatabase } from '@tixgo/platform/database/database.ts';
import { subgraphUnavailable } from '@tixgo/platform/errors.ts';
import { InProcessBus } from '@tixgo/platform/facts/in-process-bus.ts';
import { createHttpService } from '@tixgo/platform/http/http-service.ts';
import { registerSubgraphEndpoint } from '@tixgo/platform/http/subgraph-endpoint.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import { type RunningService, runService } from '@tixgo/platform/run-service.ts';
import { readPaymentProcessEnvironment } from './env.ts';
import { registerPaymentWebhook } from './http.ts';
import { buildPaymentSubgraph } from './subgraph.ts';

/** Alone it knows no way to the ticket service. */
const lookup = async () => {
  throw subgraphUnavailable();
};

async function start(): Promise<RunningService> {
  const { common, payment: environment, databaseUrl: url, serviceSecret } = readPaymentProcessEnvironment();
  const log = createLog(common.logLevel);
  const database = await openDatabase(
    { url, dataDir: common.dataDir, poolSize: common.databasePoolSize },
    log,
  );
  const bus = new InProcessBus(log);
  const subgraph = await buildPaymentSubgraph({
    database,
    bus,
    log,
    clock: systemClock,
    lookup,
    environment,
  });
  await subgraph.prepare();
  subgraph.start();
  const http = createHttpService({ name: 'payment-service', log, isReady: () => database.isReachable() });
  await registerSubgraphEndpoint(http.app, { subgraph, serviceSecret, clock: systemClock });
  await registerPaymentWebhook(http.app, { receive: subgraph.services.receiveWebhook });
  const port = await http.listen({
    host: common.host,
    port: environment.port,
    portVariable: 'PAYMENT_PORT',
  });
  log.info({ port }, 'payment serves the gateway');
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
