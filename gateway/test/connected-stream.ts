import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { userViewer } from '@tixgo/platform/testing/ask.ts';
import { StreamClient } from '@tixgo/platform/testing/event-stream.ts';
import type { Role } from '@tixgo/platform/viewer.ts';
import { EventStream } from '../streams/event-stream.ts';
import type { StreamCaller } from '../streams/subscriber.ts';

export const isOpen = ({ events }: StreamClient) => events.length > 0;

const servers: Server[] = [];

/** A stream of this process's and the client that reads it. */
export async function connectedStream() {
  const { promise, resolve } = Promise.withResolvers<EventStream>();
  const server = createServer((_request, response) => resolve(new EventStream(response, {})));
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  const client = await StreamClient.open(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {});
  return { stream: await promise, client: await client.until(isOpen) };
}

/** For after each test. */
export function closeConnectedStreams(): void {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
}

/** Somebody of this role, who may watch for a minute. */
export function callerOf(role: Role): StreamCaller {
  const [viewer, expiresAt] = [userViewer(role), new Date(Date.now() + 60_000)];
  return { viewer, expiresAt, requestId: 'the-request', address: undefined, userAgent: undefined };
}
