import { type Cluster, serviceNames } from './cluster.ts';

/** Where everything listens, in lines for people. */
export function describeCluster(cluster: Cluster): readonly string[] {
  return [
    `GraphQL     ${cluster.urlOf('attendance')}/graphql   (sign in as admin with admin123)`,
    ...serviceNames.map((service) => {
      const processes = cluster
        .replicasOf(service)
        .map(({ port, process: { pid } }) => `${port} (pid ${pid})`);
      return `${service.padEnd(11)} ${cluster.urlOf(service)} -> ${processes.join(', ')}`;
    }),
    `broker      ${cluster.broker.url}`,
    ...serviceNames.map(
      (service, index) => `${index === 0 ? 'databases' : ''}`.padEnd(12) + cluster.databaseUrlOf(service),
    ),
    'Ctrl-C stops it, and forgets its data.',
  ];
}
