import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from './clock.ts';
import { unauthenticated } from './errors.ts';
import { roles, type Viewer } from './viewer.ts';

/** What one service says to another beside the body: who asks, and when it was sent. */
export interface SignedCall {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly viewer: Viewer;
}

export const signatureHeader = 'tixgo-signature';
export const viewerHeader = 'tixgo-viewer';

/** How far the clocks of two machines may be apart, and how long a call may be replayed, in milliseconds. */
const tolerance = 30_000;

/** The headers that let another service of this system believe a call. */
export function signCall(call: SignedCall, secret: string, clock: Clock): Record<string, string> {
  const viewer = Buffer.from(JSON.stringify(call.viewer)).toString('base64url');
  const time = clock().getTime();
  return { [viewerHeader]: viewer, [signatureHeader]: `t=${time},v1=${mac(call, viewer, time, secret)}` };
}

export type UnverifiedCall = Omit<SignedCall, 'viewer'> & {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
};

/**
 * The viewer that the caller vouches for.
 * @throws UNAUTHENTICATED for a call that is not signed, was altered, or is too old
 */
export function verifyCall(call: UnverifiedCall, secret: string, clock: Clock): Viewer {
  const viewer = call.headers[viewerHeader];
  const match = /^t=(\d{1,15}),v1=([0-9a-f]{64})$/.exec(String(call.headers[signatureHeader]));
  if (typeof viewer !== 'string' || !match)
    throw unauthenticated('This service is called by the gateway only.');
  const time = Number(match[1]);
  const expected = Buffer.from(mac(call, viewer, time, secret), 'hex');
  const fresh = Math.abs(clock().getTime() - time) <= tolerance;
  if (!fresh || !timingSafeEqual(expected, Buffer.from(match[2] ?? '', 'hex'))) {
    throw unauthenticated('The signature of this call does not hold.');
  }
  return viewerOf(viewer);
}

function mac(
  { method, path, body }: Omit<SignedCall, 'viewer'>,
  viewer: string,
  time: number,
  secret: string,
): string {
  const digest = createHash('sha256').update(body).digest('hex');
  return createHmac('sha256', secret).update([time, method, path, digest, viewer].join('\n')).digest('hex');
}

/** Signed by us, so that only its form needs a look: a newer service may know viewers that this one does not. */
function viewerOf(text: string): Viewer {
  const viewer = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  if (viewer.kind === 'anonymous' || viewer.kind === 'service') return viewer;
  if (viewer.kind === 'user' && roles.includes(viewer.role))
    return { ...viewer, issuedAt: new Date(viewer.issuedAt) };
  throw unauthenticated('The viewer of this call is of an unknown kind.');
}
