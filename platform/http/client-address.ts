import type { IncomingMessage } from 'node:http';
import proxyAddress from '@fastify/proxy-addr';

/** Whether one proxy stands in front, or the addresses of those that are believed. */
export type TrustProxy = boolean | string;

/** Fastify's own `true` would believe the first address of the header, which is whatever the client wrote. */
export const onlyTheNearest = (_address: string, hop: number) => hop === 0;

/** Of a connection that is gone already: it has no address any more, and nobody reads its answer. */
export const nowhere = '';

/** The client's network address, as Fastify's `request.ip` has it for the same setting. */
export function clientAddresses(trustProxy: TrustProxy | undefined): (request: IncomingMessage) => string {
  if (trustProxy === undefined || trustProxy === false)
    return ({ socket }) => socket.remoteAddress ?? nowhere;
  const trusts =
    trustProxy === true
      ? onlyTheNearest
      : proxyAddress.compile(trustProxy.split(',').map((address) => address.trim()));
  return (request) => proxyAddress(request, trusts) ?? nowhere;
}
