import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** Answers with the whole body. */
export function endWhole(
  response: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders,
  body: Buffer,
): void {
  response.writeHead(status, { ...headers, 'content-length': body.length });
  // Node writes head and body in one piece where both are strings. In Latin-1 each byte is a letter, which takes no encoding.
  response.end(body.toString('latin1'), 'latin1');
}
