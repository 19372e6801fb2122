import { runService } from '@tixgo/platform/run-service.ts';
import { serveSubgraph } from '@tixgo/platform/subgraphs/serve-subgraph.ts';
import { readEventProcess } from './env.ts';
import { buildEventSubgraph } from './subgraph.ts';

await runService(async () => {
  const environment = readEventProcess();
  const { port } = environment;
  return await serveSubgraph(environment, {
    name: 'event',
    port,
    portVariable: 'EVENT_PORT',
    build: buildEventSubgraph,
  });
});
