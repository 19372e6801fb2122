import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { Clock } from './clock.ts';
import { unauthenticated } from './errors.ts';
import { roles, type Viewer } from './viewer.ts';

/** For whom a call is made. */
export interface Caller {
  readonly viewer: Viewer;
  /** The client's network address and user agent, where there is one. */
  readonly address?: string | undefined;
  readonly userAgent?: string | undefined;
  /** How long the caller waits for the answer, in milliseconds; undefined where it says nothing. */
  readonly patience?: number | undefined;
}

/** What one service says to another. */
export interface SignedCall {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly caller: Caller;
}

export const signatureHeader = 'tixgo-signature';
const callerHeader = 'tixgo-caller';
export const notSigned = 'This service is called by the gateway only.';

/** How far the clocks of two machines may be apart, and how long a call may be replayed, in milliseconds. */
const tolerance = 30_000;

/** A viewer comes with many calls, most of them from one place, and is written out once. */
const callerTexts = new WeakMap<Viewer, Pick<Caller, 'address' | 'userAgent'> & { text: string }>();

/** As JSON; the same string each time, so that a map finds it without reading it. */
export function callerText({ viewer, address, userAgent, patience }: Caller): string {
  let caller = callerTexts.get(viewer);
  if (!caller || caller.address !== address || caller.userAgent !== userAgent) {
    caller = { address, userAgent, text: JSON.stringify({ viewer, address, userAgent }) };
    callerTexts.set(viewer, caller);
  }
  return patience === undefined ? caller.text : `${caller.text.slice(0, -1)},"patience":${patience}}`;
}

/** The headers that let another service of this system believe a call. */
export function signCall(call: SignedCall, secret: string, clock: Clock): Record<string, string> {
  const caller = Buffer.from(callerText(call.caller)).toString('base64url');
  const time = clock().getTime();
  return { [callerHeader]: caller, [signatureHeader]: `t=${time},v1=${mac(call, caller, time, secret)}` };
}

export type UnverifiedCall = Omit<SignedCall, 'caller'> & {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
};

/**
 * For whom the calling service vouches.
 * @throws UNAUTHENTICATED for a call that is not signed, was altered, or is too old
 */
export function verifyCall(call: UnverifiedCall, secret: string, clock: Clock): Caller {
  const caller = call.headers[callerHeader];
  const match = /^t=(\d{1,15}),v1=([0-9a-f]{64})$/.exec(String(call.headers[signatureHeader]));
  if (typeof caller !== 'string' || !match) throw unauthenticated(notSigned);
  const time = Number(match[1]);
  const expected = Buffer.from(mac(call, caller, time, secret), 'hex');
  const fresh = Math.abs(clock().getTime() - time) <= tolerance;
  if (!fresh || !timingSafeEqual(expected, Buffer.from(match[2] ?? '', 'hex'))) {
    throw unauthenticated('The signature of this call does not hold.');
  }
  return callerOf(JSON.parse(Buffer.from(caller, 'base64url').toString('utf8')));
}

function mac(
  { method, path, body }: Omit<SignedCall, 'caller'>,
  caller: string,
  time: number,
  secret: string,
): string {
  const digest = hash('sha256', body);
  return createHmac('sha256', secret).update([time, method, path, digest, caller].join('\n')).digest('hex');
}

/**
 * Signed by us, so that only its form needs a look: a newer service may know viewers that this one does not.
 * @throws UNAUTHENTICATED for such a one
 */
export function callerOf({ viewer, ...client }: Caller): Caller {
  if (viewer?.kind === 'anonymous' || viewer?.kind === 'service') return { viewer, ...client };
  if (viewer?.kind === 'user' && roles.includes(viewer.role)) {
    return { viewer: { ...viewer, issuedAt: new Date(viewer.issuedAt) }, ...client };
  }
  throw unauthenticated('The viewer of this call is of an unknown kind.');
}
