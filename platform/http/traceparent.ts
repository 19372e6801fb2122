import type { IncomingHttpHeaders } from 'node:http';

/** What a request says of the trace that it is a part of; of the rest of its context, baggage, nothing is taken. */
export function traceparentOf({ headers }: { readonly headers: IncomingHttpHeaders }): string | undefined {
  const { traceparent } = headers;
  return typeof traceparent === 'string' ? traceparent : undefined;
}
