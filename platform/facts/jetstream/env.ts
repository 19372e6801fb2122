import { ConfigurationError, type EnvironmentReader } from '../../env.ts';

/** Where the brokers are: one URL, or several of one cluster, separated by commas. Undefined when unset. */
export function readNatsUrl(reader: EnvironmentReader): string | undefined {
  const servers = reader.secretList('NATS_URL');
  for (const server of servers) {
    const url = URL.canParse(server) ? new URL(server) : undefined;
    if (!url?.hostname || !['nats:', 'tls:'].includes(url.protocol)) {
      throw new ConfigurationError(
        'NATS_URL must be URLs that start with nats:// or tls://, separated by commas.',
      );
    }
  }
  return servers.length === 0 ? undefined : servers.join(',');
}
