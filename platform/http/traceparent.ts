import type { IncomingHttpHeaders } from 'node:http';

/** 55 in its first version; later ones may add to it. In characters. */
const longest = 128;

/** What a request says of the trace that it is a part of; of the rest of its context, baggage, nothing is taken. */
export function traceparentOf({ headers }: { readonly headers: IncomingHttpHeaders }): string | undefined {
  const { traceparent } = headers;
  return typeof traceparent === 'string' && traceparent.length <= longest ? traceparent : undefined;
}
