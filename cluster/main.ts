import { parseArgs } from 'node:util';
import { Cluster, type ServiceName, serviceNames } from './cluster.ts';

const usage = 'npm run cluster [-- --replicas 2] [--identity-port 18081] [--attendance-port 18082]';

const { values } = parseArgs({
  options: {
    replicas: { type: 'string', default: '1' },
    'identity-port': { type: 'string', default: '18081' },
    'attendance-port': { type: 'string', default: '18082' },
  },
});

/** @throws with the usage for what is no such number */
function wholeNumber(name: keyof typeof values, { most }: { most: number }): number {
  const number = Number(values[name]);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new Error(`--${name} must be a whole number from 1 to ${most}.\n${usage}`);
}

const count = wholeNumber('replicas', { most: 8 });
const replicas = Object.fromEntries(serviceNames.map((name): [ServiceName, number] => [name, count]));
const doors = {
  identity: wholeNumber('identity-port', { most: 65_535 }),
  attendance: wholeNumber('attendance-port', { most: 65_535 }),
};
const cluster = await Cluster.start({ replicas, doors });

console.log(`GraphQL     ${cluster.urlOf('attendance')}/graphql   (sign in as admin with admin123)`);
for (const service of serviceNames) {
  const processes = cluster.replicasOf(service).map(({ port, process: { pid } }) => `${port} (pid ${pid})`);
  console.log(`${service.padEnd(11)} ${cluster.urlOf(service)} -> ${processes.join(', ')}`);
}
console.log(`broker      ${cluster.broker.url}`);
console.log('Ctrl-C stops it, and forgets its data.');

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    console.log('stopping');
    void cluster.stop().then(() => process.exit(0));
  });
}
