import type { Door, RefusalReason, Scan, TixGoCode } from './door.ts';

/**
 * `contends`: the ticket's own state decides. `unknown-ticket`: nothing is decided; the ticket's owner may know more.
 * The others are decided before the state is asked.
 */
export type Verdict =
  | { readonly verdict: 'contends' }
  | { readonly verdict: 'unknown-ticket' }
  | { readonly verdict: 'refused'; readonly reason: RefusalReason }
  | { readonly verdict: 'draft' }
  | { readonly verdict: 'unknown-gate' }
  | { readonly verdict: 'over-long' }
  | { readonly verdict: 'not-by-hand' };

/** In characters. A code may be longer; at an OPEN door it is the ticket id itself. */
export const longestTicketId = 128;

/** `listed`: the admission list decides, of TixGo's own tickets; `imported`: what was sold elsewhere. */
export type FirstVerdict = Verdict | { readonly verdict: 'listed' } | { readonly verdict: 'imported' };

type PresentedScan = Pick<Scan, 'ticketId' | 'code' | 'gate' | 'byHand' | 'mayForce'>;

/** What the door says of a scan before it looks at the ticket. */
export function examine(door: Door, scan: PresentedScan): FirstVerdict {
  if (door.status === 'DRAFT') return { verdict: 'draft' };
  if (!isGateOf(door, scan.gate)) return { verdict: 'unknown-gate' };
  if (door.status === 'CANCELED') return { verdict: 'refused', reason: 'CANCELED' };
  if (scan.code) return examineCode(door, scan.code);
  if (door.admission === 'OPEN') {
    return { verdict: [...scan.ticketId].length > longestTicketId ? 'over-long' : 'contends' };
  }
  if (!scan.byHand) return { verdict: 'imported' };
  return { verdict: scan.mayForce ? 'listed' : 'not-by-hand' };
}

/** One of TixGo's is checked at OPEN doors too: taken as an id, a forged or a replaced one would be let in. */
function examineCode({ eventId }: Door, code: TixGoCode): FirstVerdict {
  const isOfEvent = code.isGenuine && code.eventId === eventId;
  return isOfEvent ? { verdict: 'listed' } : { verdict: 'refused', reason: 'INVALID' };
}

/** Null for a code that nobody could read: its ticket is not known, whatever it claims. */
export function namedTicket(door: Door, scan: Pick<Scan, 'ticketId' | 'code' | 'byHand'>): string | null {
  const isRead = scan.code ? scan.code.isGenuine : scan.byHand || door.admission === 'OPEN';
  return isRead ? scan.ticketId : null;
}

/** An event that names no gates takes any. */
function isGateOf(door: Door, gate: string | null): boolean {
  return gate === null || door.gates.length === 0 || door.gates.includes(gate);
}
