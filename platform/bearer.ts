import { unauthenticated } from './errors.ts';

/**
 * The token of an Authorization header (RFC 6750; the scheme in any case), or undefined when there is no header.
 * @throws UNAUTHENTICATED when there is a header of another form: silence would run the request as a stranger
 */
export function bearerToken(header: string | undefined): string | undefined {
  if (header === undefined || header.trim() === '') return undefined;
  const match = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(header.trim());
  if (match?.[1] === undefined) {
    throw unauthenticated('The Authorization header must read "Bearer <token>".');
  }
  return match[1];
}
