import { createHttpService } from '@tixgo/platform/http/http-service.ts';
import { runService } from '@tixgo/platform/run-service.ts';
import { serveSubgraph } from '@tixgo/platform/subgraphs/serve-subgraph.ts';
import { readPaymentProcess } from './env.ts';
import { registerPaymentWebhook } from './http.ts';
import { buildPaymentSubgraph } from './subgraph.ts';

await runService(async () => {
  const environment = readPaymentProcess();
  const { payment } = environment;
  return await serveSubgraph(environment, {
    name: 'payment',
    port: payment.port,
    portVariable: 'PAYMENT_PORT',
    build: (dependencies) => buildPaymentSubgraph({ ...dependencies, environment: payment }),
    listener: async (subgraph, settings) => {
      const http = createHttpService(settings);
      await registerPaymentWebhook(http.app, { receive: subgraph.services.receiveWebhook });
      return http;
    },
  });
});
