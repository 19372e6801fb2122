import type { Door, RefusalReason, Scan } from './door.ts';
import { examine, type Verdict } from './examination.ts';
import type { ListedTicket } from './listed-ticket.ts';

/** Of each ticket what is known of it, by its id. */
export type AdmissionList = ReadonlyMap<string, ListedTicket>;

type ListScan = Pick<
  Scan,
  'ticketId' | 'code' | 'direction' | 'gate' | 'at' | 'byHand' | 'mayForce' | 'ownerAsked'
>;
type Objection = (ticket: ListedTicket, scan: ListScan) => boolean;

/** What refuses a ticket that is on the list; the first that holds is the reason. */
const objections: readonly (readonly [RefusalReason, Objection])[] = [
  ['REVOKED', ({ codeNumber }, scan) => numberOf(scan, codeNumber) < codeNumber],
  ['UNPAID', ({ standing }) => standing === 'UNPAID'],
  ['BLOCKED', ({ standing }) => standing === 'BLOCKED'],
  ['CANCELED', ({ standing }) => standing === 'CANCELED'],
  ['INVALID_TIME', (ticket, { direction, at }) => direction === 'ENTRY' && !isGoodAt(ticket, at)],
  ['PRODUCT', ({ gates }, { gate }) => gate !== null && gates !== null && !gates.includes(gate)],
];

/** The tickets that have to be looked up in the admission list. */
export function ticketsToLookUp(door: Door, scans: readonly ListScan[]): string[] {
  return scans.flatMap((scan) => (examine(door, scan).verdict === 'listed' ? scan.ticketId : []));
}

/** What the door says of a scan before the ticket's own state decides. */
export function judge(door: Door, scan: ListScan, list: AdmissionList): Verdict {
  const first = examine(door, scan);
  const ticket = list.get(scan.ticketId);
  if (first.verdict === 'listed') return judgeListed(door, scan, ticket);
  const isIssued = first.verdict === 'contends' && ticket?.eventId === door.eventId;
  return isIssued ? judgeBareId(ticket, scan) : first;
}

/** At an OPEN door, the id of a ticket issued for it. Whoever gave the ticket away knows the id still. */
function judgeBareId(ticket: ListedTicket, scan: ListScan): Verdict {
  const verdict = judgeByObjections(ticket, scan);
  if (verdict.verdict === 'refused') return verdict;
  if (!scan.byHand) return { verdict: 'refused', reason: 'INVALID' };
  return scan.mayForce ? verdict : { verdict: 'not-by-hand' };
}

function judgeListed(door: Door, scan: ListScan, ticket: ListedTicket | undefined): Verdict {
  const isBehind = ticket === undefined || numberOf(scan, ticket.codeNumber) > ticket.codeNumber;
  if (isBehind && !scan.ownerAsked) return { verdict: 'unknown-ticket' };
  if (isBehind || ticket.eventId !== door.eventId) return { verdict: 'refused', reason: 'INVALID' };
  return judgeByObjections(ticket, scan);
}

function judgeByObjections(ticket: ListedTicket, scan: ListScan): Verdict {
  const [reason] = objections.find(([, holds]) => holds(ticket, scan)) ?? [];
  return reason === undefined ? { verdict: 'contends' } : { verdict: 'refused', reason };
}

/** A ticket id typed in has no number, and so is never void for it. */
function numberOf({ code }: ListScan, current: number): number {
  return code?.isGenuine ? code.codeNumber : current;
}

function isGoodAt({ validFrom, validUntil }: ListedTicket, at: Date): boolean {
  return (validFrom === null || at >= validFrom) && (validUntil === null || at <= validUntil);
}
