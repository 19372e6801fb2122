import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorCode } from '../error-code.ts';

/** An address that no route can be asked by: Fastify's own answer would have another form. */
export function answerMalformedAddress(error: unknown, _request: FastifyRequest, reply: FastifyReply): void {
  reply.hijack();
  // Ids are shorter.
  const isTooLong = errorCode(error) === 'FST_ERR_MAX_PARAM_LENGTH';
  const detail = isTooLong ? 'There is nothing here.' : 'The address is not well formed.';
  const body = JSON.stringify({ detail });
  reply.raw.writeHead(isTooLong ? 404 : 400, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'x-content-type-options': 'nosniff',
  });
  reply.raw.end(body);
}

/** What is no HTTP never reaches a route, nor a hook. */
export function answerBrokenHttp(error: Error, socket: Socket): void {
  if (errorCode(error) === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, detail] = statusOf(errorCode(error));
  const body = JSON.stringify({ detail });
  const head = [
    `HTTP/1.1 ${status}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'X-Content-Type-Options: nosniff',
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function statusOf(code: unknown): readonly [string, string] {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return ['431 Request Header Fields Too Large', 'The headers are too large.'];
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return ['408 Request Timeout', 'The request did not arrive in time.'];
    default:
      return ['400 Bad Request', 'This is no HTTP request.'];
  }
}
