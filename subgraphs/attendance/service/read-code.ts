import type { KeyObject } from 'node:crypto';
import { isSignedBy, parseCompact, publicKeyOf } from '@tixgo/platform/compact-jws.ts';
import { asTicketCodeClaims } from '@tixgo/schema/facts/ticket-code.ts';
import type { Scan } from '../domain/door.ts';
import { findTicketKey, keepTicketKeys } from '../store/ticket-key-store.ts';
import type { AttendanceDependencies } from './dependencies.ts';
import type { PresentedTicket } from './scan-input.ts';

export type ReadTicket = Pick<Scan, 'ticketId' | 'code' | 'byHand'>;
type KeyDependencies = Pick<AttendanceDependencies, 'database' | 'ticketKeys'>;

/** A key's id is the start of a thumbprint; the database could not even be asked for some others. */
const keyId = /^[\w-]{1,64}$/;

/**
 * Reads what was presented: a code of TixGo's with its signature checked, or else a ticket id. A genuine code's ticket
 * is the one that it names. Keys are kept in memory once they are known.
 * @throws SUBGRAPH_UNAVAILABLE for a code of a key that is new here while the ticket service does not answer
 */
export const readTicket = (dependencies: KeyDependencies) => {
  const keys = new Map<string, KeyObject>();
  return async ({ text, byHand }: PresentedTicket): Promise<ReadTicket> => {
    const jws = byHand ? undefined : parseCompact(text);
    const claims = asTicketCodeClaims(jws?.payload);
    if (!jws || !claims) return { ticketId: text, byHand };
    const key = keys.get(jws.kid) ?? (await findKey(dependencies, jws.kid));
    if (key) keys.set(jws.kid, key);
    if (!key || !isSignedBy(jws, key)) return { ticketId: text, byHand, code: { isGenuine: false } };
    const { sub, aud, num } = claims;
    return { ticketId: sub, byHand, code: { isGenuine: true, eventId: aud, codeNumber: num } };
  };
};

export type TicketReading = ReturnType<typeof readTicket>;

/** Facts may be behind: of a key that is not known here the ticket service is asked once. */
async function findKey({ database, ticketKeys }: KeyDependencies, kid: string) {
  if (!keyId.test(kid)) return undefined;
  const jwk = (await findTicketKey(database, kid)) ?? (await learnKey({ database, ticketKeys }, kid));
  return jwk && publicKeyOf(jwk);
}

async function learnKey({ database, ticketKeys }: KeyDependencies, kid: string) {
  const jwks = await ticketKeys();
  await keepTicketKeys(database, jwks);
  return jwks.find((jwk) => jwk.kid === kid);
}
