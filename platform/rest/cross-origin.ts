import type { IncomingHttpHeaders } from 'node:http';

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface CrossOriginRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Whether a request that a browser may have added a cookie to was made by another site's page and changes something.
 * The algorithm of Go's http.CrossOriginProtection (Filippo Valsorda, words.filippo.io/csrf): browsers say
 * Sec-Fetch-Site since 2023 and Origin with every write long before; what says neither is no browser.
 * @param ownOrigins besides the host that was asked
 */
export function isForged({ method, headers }: CrossOriginRequest, ownOrigins: readonly string[]): boolean {
  if (safeMethods.has(method)) return false;
  const origin = headers.origin;
  if (typeof origin === 'string' && ownOrigins.includes(origin)) return false;
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  return origin !== undefined && hostOf(origin) !== headers.host;
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
