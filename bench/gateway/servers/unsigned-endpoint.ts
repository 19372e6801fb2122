import type { IncomingMessage, RequestListener } from 'node:http';
import type { ExecutableSubgraph } from '@tixgo/platform/graphql/subgraph.ts';

/** Gateways that know nothing of our viewers ask as a service, which may see everything. */
const viewer = { kind: 'service', name: 'peer' } as const;

/** The same subgraph for gateways that do not sign their calls. Of the benchmark only: whoever reaches it is believed. */
export function unsignedEndpoint(subgraph: ExecutableSubgraph): RequestListener {
  return (request, response) => {
    readBody(request)
      .then(async (body) => {
        const { query, variables, operationName } = JSON.parse(body);
        const result = await subgraph.execute({ query, variables, operationName, viewer, requestId: 'peer' });
        const answer = JSON.stringify(result);
        response.writeHead(200, {
          'content-type': 'application/json; charset=utf-8',
          'content-length': Buffer.byteLength(answer),
        });
        response.end(answer);
      })
      .catch((error: unknown) => response.writeHead(400).end(String(error)));
  };
}

function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve(Buffer.concat(chunks).toString()));
    request.on('error', reject);
  });
}
