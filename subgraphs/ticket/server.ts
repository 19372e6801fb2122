import { runService } from '@tixgo/platform/run-service.ts';
import { serveSubgraph } from '@tixgo/platform/subgraphs/serve-subgraph.ts';
import { readTicketProcess } from './env.ts';
import { buildTicketSubgraph } from './subgraph.ts';

await runService(async () => {
  const environment = readTicketProcess();
  const { ticket } = environment;
  return await serveSubgraph(environment, {
    name: 'ticket',
    port: ticket.port,
    portVariable: 'TICKET_PORT',
    build: (dependencies) => buildTicketSubgraph({ ...dependencies, ...ticket }),
  });
});
