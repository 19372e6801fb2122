import type { IncomingMessage } from 'node:http';
import { bearerToken } from '../bearer.ts';
import type { Clock } from '../clock.ts';
import { unauthenticated } from '../errors.ts';
import { type Caller, notSigned, signatureHeader, verifyCall } from '../service-signature.ts';
import type { AccessTokens } from '../tokens.ts';
import { anonymous } from '../viewer.ts';

export interface CallIdentitySettings {
  readonly serviceSecret: string;
  readonly clock: Clock;
  /** Verifies what callers bring themselves; undefined where only services of this system call. */
  readonly userTokens?: AccessTokens | undefined;
}

/**
 * For whom a call is made: as the calling service signed, or, where that is taken, by the user's own token.
 * Where no body is needed to refuse it is refused before one is read: strangers do not get to send any.
 * @returns what tells it of a signed call's body
 * @throws UNAUTHENTICATED, and so does what it returns
 */
export function callIdentity(
  { serviceSecret, clock, userTokens }: CallIdentitySettings,
  request: IncomingMessage,
): (body: string) => Caller {
  const { headers, url = '' } = request;
  if (headers[signatureHeader] !== undefined)
    return (body) => verifyCall({ method: 'POST', path: url, body, headers }, serviceSecret, clock);
  if (!userTokens) throw unauthenticated(notSigned);
  const caller = callerByToken(request, userTokens);
  return () => caller;
}

/** Without address and user agent, which are those of the router between. */
function callerByToken({ headers, headersDistinct }: IncomingMessage, tokens: AccessTokens): Caller {
  const given = headersDistinct.authorization ?? [];
  if (given.length > 1) throw unauthenticated('Send one Authorization header, not several.');
  const token = bearerToken(headers.authorization);
  return { viewer: token === undefined ? anonymous : tokens.verify(token) };
}
