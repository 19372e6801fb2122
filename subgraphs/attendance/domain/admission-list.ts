import type { Door, RefusalReason, Scan } from './door.ts';
import { examine, namedTicket, type Verdict } from './examination.ts';
import type { ImportedTicket } from './imported-ticket.ts';
import type { ListedTicket } from './listed-ticket.ts';

/** What is known of the tickets that scans present: of TixGo's own by id, of those sold elsewhere by code. */
export interface AdmissionList {
  readonly issued: ReadonlyMap<string, ListedTicket>;
  readonly imported: ReadonlyMap<string, ImportedTicket>;
}

type ListScan = Pick<
  Scan,
  'ticketId' | 'code' | 'direction' | 'gate' | 'at' | 'byHand' | 'mayForce' | 'ownerAsked'
>;
type KnownTicket = ListedTicket | ImportedTicket;
type Objection<Ticket> = readonly [RefusalReason, (ticket: Ticket, scan: ListScan) => boolean];

/** What refuses a ticket that is known; the first that holds is the reason. */
const anyObjections: readonly Objection<KnownTicket>[] = [
  ['INVALID_TIME', (ticket, { direction, at }) => direction === 'ENTRY' && !isGoodAt(ticket, at)],
  ['PRODUCT', ({ gates }, { gate }) => gate !== null && gates !== null && !gates.includes(gate)],
];
const issuedObjections: readonly Objection<ListedTicket>[] = [
  ['REVOKED', ({ codeNumber }, scan) => numberOf(scan, codeNumber) < codeNumber],
  ['UNPAID', ({ standing }) => standing === 'UNPAID'],
  ['BLOCKED', ({ standing }) => standing === 'BLOCKED'],
  ['CANCELED', ({ standing }) => standing === 'CANCELED'],
  ...anyObjections,
];

/** What has to be looked up: ids of TixGo's own tickets, and codes that may have been imported. */
export function ticketsToLookUp(door: Door, scans: readonly ListScan[]) {
  const issued: string[] = [];
  const imported: string[] = [];
  for (const scan of scans) {
    const { verdict } = examine(door, scan);
    if (verdict === 'listed') issued.push(scan.ticketId);
    if (verdict === 'imported' || (verdict === 'listed' && !scan.code)) imported.push(scan.ticketId);
  }
  return { issued, imported };
}

/** What the door says of a scan before the ticket's own state decides. */
export function judge(door: Door, scan: ListScan, list: AdmissionList): Verdict {
  const first = examine(door, scan);
  const ticket = ticketOf(door, scan, list);
  if (first.verdict === 'listed' || first.verdict === 'imported') {
    if (ticket && 'code' in ticket) return judgeBy(anyObjections, ticket, scan);
    return first.verdict === 'listed'
      ? judgeListed(door, scan, ticket)
      : { verdict: 'refused', reason: 'INVALID' };
  }
  const isIssued = ticket && 'eventId' in ticket && ticket.eventId === door.eventId;
  return first.verdict === 'contends' && isIssued ? judgeBareId(ticket, scan) : first;
}

/** At an OPEN door, the id of a ticket issued for it. Whoever gave the ticket away knows the id still. */
function judgeBareId(ticket: ListedTicket, scan: ListScan): Verdict {
  const verdict = judgeBy(issuedObjections, ticket, scan);
  if (verdict.verdict === 'refused') return verdict;
  if (!scan.byHand) return { verdict: 'refused', reason: 'INVALID' };
  return scan.mayForce ? verdict : { verdict: 'not-by-hand' };
}

function judgeListed(door: Door, scan: ListScan, ticket: ListedTicket | undefined): Verdict {
  const isBehind = ticket === undefined || numberOf(scan, ticket.codeNumber) > ticket.codeNumber;
  if (isBehind && !scan.ownerAsked) return { verdict: 'unknown-ticket' };
  if (isBehind || ticket.eventId !== door.eventId) return { verdict: 'refused', reason: 'INVALID' };
  return judgeBy(issuedObjections, ticket, scan);
}

type Presented = Pick<Scan, 'ticketId' | 'code' | 'byHand'>;

/** What is known of the ticket that a scan presents. What a TICKETED door reads, other than a code of TixGo's, is no id. */
export function ticketOf(door: Door, { ticketId, code, byHand }: Presented, list: AdmissionList) {
  const mayBeId = code !== undefined || byHand || door.admission === 'OPEN';
  const own = mayBeId ? list.issued.get(ticketId) : undefined;
  return own ?? (code ? undefined : list.imported.get(ticketId));
}

/** The ticket's id for the record; null for a code that nobody could read. */
export function ticketIdOf(door: Door, scan: Presented, list: AdmissionList): string | null {
  return ticketOf(door, scan, list) ? scan.ticketId : namedTicket(door, scan);
}

function judgeBy<Ticket extends KnownTicket>(
  objections: readonly Objection<Ticket>[],
  ticket: Ticket,
  scan: ListScan,
): Verdict {
  const [reason] = objections.find(([, holds]) => holds(ticket, scan)) ?? [];
  return reason === undefined ? { verdict: 'contends' } : { verdict: 'refused', reason };
}

/** A ticket id typed in has no number, and so is never void for it. */
function numberOf({ code }: ListScan, current: number): number {
  return code?.isGenuine ? code.codeNumber : current;
}

function isGoodAt({ validFrom, validUntil }: KnownTicket, at: Date): boolean {
  return (validFrom === null || at >= validFrom) && (validUntil === null || at <= validUntil);
}
