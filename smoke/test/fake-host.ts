import { once } from 'node:events';
import { createServer } from 'node:http';

export interface FakeHost {
  readonly url: string;
  stop(): Promise<void>;
}

/** Healthy at first sight; every GraphQL request is answered with `body`. */
export async function startFakeHost(body: unknown, status = 200): Promise<FakeHost> {
  const health = { status: 'ok', service: 'attendance-service' };
  const server = createServer((request, response) => {
    const isGraphql = request.url === '/graphql';
    response.writeHead(isGraphql ? status : 200, { 'x-request-id': 'fake-1' });
    response.end(JSON.stringify(isGraphql ? body : health));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
