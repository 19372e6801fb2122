import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { subgraphNames, subgraphSdl } from '../subgraphs/subgraphs.ts';
import { federationOneSdl } from './federation-one-sdl.ts';

/** Mercurius as a gateway, compiling what is asked more than once; its packages are in a folder of their own. */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    packages: { type: 'string', default: '' },
    /** Of the unsigned doors, in the order of the names. */
    subgraphs: { type: 'string', default: '' },
  },
});
const load = createRequire(join(values.packages, 'package.json'));
const ports = values.subgraphs.split(',');
const services = subgraphNames.map((name, index) => ({
  name,
  url: `http://127.0.0.1:${ports[index]}/graphql`,
  schema: federationOneSdl(subgraphSdl(name)),
  mandatory: true,
  // One for each of the clients, where its default of 10 makes them wait.
  connections: 50,
  keepAliveMaxTimeout: 600_000,
}));

const app = load('fastify')({ logger: false });
await app.register(load('@mercuriusjs/gateway'), { jit: 1, gateway: { services } });
await app.listen({ port: Number(values.port), host: '127.0.0.1' });
process.once('SIGTERM', () => process.exit(0));
