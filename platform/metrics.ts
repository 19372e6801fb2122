import { createServer } from 'node:http';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { ConfigurationError } from './env.ts';
import { errorCode } from './error-code.ts';

export interface ServedMetrics {
  readonly registry: Registry;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * `GET /metrics` for Prometheus, on a listener of its own that no stranger reaches, with the process's own figures.
 * @param port 0 for any that is free
 * @throws ConfigurationError when the port is taken
 */
export async function serveMetrics(host: string, port: number): Promise<ServedMetrics> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const server = createServer(async (request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    response.setHeader('content-type', registry.contentType);
    response.end(await registry.metrics());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        errorCode(error) === 'EADDRINUSE'
          ? new ConfigurationError(`METRICS_PORT ${port} is taken by another process.`)
          : error,
      ),
    );
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return {
    registry,
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      registry.clear();
    },
  };
}
