import { createServer, type RequestListener } from 'node:http';
import { parseArgs } from 'node:util';
import { systemClock } from '@tixgo/platform/clock.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import { subgraphEndpoint } from '@tixgo/platform/subgraphs/subgraph-endpoint.ts';
import { buildSubgraphs } from '../subgraphs/subgraphs.ts';
import { unsignedEndpoint } from './unsigned-endpoint.ts';

/** All subgraphs in one process, each at two doors: one for signed calls, as shipped, and one for gateways that sign none. */
const { values } = parseArgs({
  options: { secret: { type: 'string', default: '' }, ports: { type: 'string', default: '' } },
});
const log = createLog('warn');
const ports = values.ports.split(',').map(Number);
const isDraining = () => false;

for (const [index, subgraph] of buildSubgraphs(log).entries()) {
  const signed = subgraphEndpoint({
    subgraph,
    serviceSecret: values.secret,
    clock: systemClock,
    log,
    isDraining,
  });
  await listen(signed, ports[2 * index]);
  await listen(unsignedEndpoint(subgraph), ports[2 * index + 1]);
}

process.once('SIGTERM', () => process.exit(0));

function listen(listener: RequestListener, port: number | undefined): Promise<void> {
  // Gateways keep their connections for as long as the others have their turns.
  const server = createServer({ keepAliveTimeout: 600_000 }, listener);
  return new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
}
