import type { Door, RefusalReason, Scan } from './door.ts';

/** `contends`: the ticket's own state decides. The others are decided before it is asked. */
export type Verdict =
  | { readonly verdict: 'contends' }
  | { readonly verdict: 'refused'; readonly reason: RefusalReason }
  | { readonly verdict: 'draft' }
  | { readonly verdict: 'unknown-gate' }
  | { readonly verdict: 'over-long' }
  | { readonly verdict: 'not-by-hand' };

/** In characters. A code may be longer; at an OPEN door it is the ticket id itself. */
export const longestTicketId = 128;

/** What the door says of a scan before it looks at the ticket. */
export function examine(door: Door, scan: Pick<Scan, 'ticketId' | 'gate' | 'byHand' | 'mayForce'>): Verdict {
  if (door.status === 'DRAFT') return { verdict: 'draft' };
  if (!isGateOf(door, scan.gate)) return { verdict: 'unknown-gate' };
  if (door.status === 'CANCELED') return { verdict: 'refused', reason: 'CANCELED' };
  if (door.admission === 'OPEN') {
    return { verdict: [...scan.ticketId].length > longestTicketId ? 'over-long' : 'contends' };
  }
  if (scan.byHand && !scan.mayForce) return { verdict: 'not-by-hand' };
  // No ticket is on the admission list yet: nobody sells any in this release.
  return { verdict: 'refused', reason: 'INVALID' };
}

/** An event that names no gates takes any. */
function isGateOf(door: Door, gate: string | null): boolean {
  return gate === null || door.gates.length === 0 || door.gates.includes(gate);
}
