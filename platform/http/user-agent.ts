import type { IncomingHttpHeaders } from 'node:http';

/** People are told of their sessions by less; a call between services has its caller in a header. In characters. */
const longest = 512;

/** What the client's program calls itself, as far as it goes on from here. */
export function userAgentOf({ headers }: { readonly headers: IncomingHttpHeaders }): string | undefined {
  return headers['user-agent']?.slice(0, longest);
}
