import type { Transaction } from '@tixgo/platform/database/database.ts';
import { type ApiError, badUserInput, conflict, forbidden } from '@tixgo/platform/errors.ts';
import { type AdmissionList, judge, ticketIdOf, ticketOf } from '../domain/admission-list.ts';
import type { CheckInRecord, Door, Refusal, RefusalReason, Scan } from '../domain/door.ts';
import { localDay } from '../domain/local-day.ts';
import { rounds } from '../domain/scan-batch.ts';
import { findLastEntries } from '../store/scan-log.ts';
import { type Admission, enter, leave } from '../store/ticket-state-store.ts';
import { overLongTicketId } from './scan-input.ts';

/** `unknown-ticket`: nothing was decided; the ticket's owner may know more. */
export type ScanOutcome =
  | { readonly kind: 'admitted'; readonly checkIn: CheckInRecord }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'failed'; readonly error: ApiError }
  | { readonly kind: 'unknown-ticket' };

export interface Decision {
  readonly outcomes: ReadonlyMap<Scan, ScanOutcome>;
  readonly admissions: readonly Admission[];
}

/** Decides scans of one event and one direction. Nothing is written yet but the tickets' state rows. */
export async function decideScans(
  transaction: Transaction,
  door: Door,
  scans: readonly Scan[],
  list: AdmissionList,
): Promise<Decision> {
  const outcomes = new Map<Scan, ScanOutcome>();
  const contenders: Scan[] = [];
  for (const scan of scans) {
    const outcome = outcomeBeforeState(door, scan, list);
    if (outcome) outcomes.set(scan, outcome);
    else contenders.push(scan);
  }
  const admissions = await admit(transaction, door, contenders);
  const checkIns: CheckInRecord[] = [];
  for (const { scan } of admissions) {
    const checkIn = checkInOf(door, scan, list);
    checkIns.push(checkIn);
    outcomes.set(scan, { kind: 'admitted', checkIn });
  }
  const losers = contenders.filter((scan) => !outcomes.has(scan));
  for (const [scan, refusal] of await refuse(transaction, door, losers, checkIns)) {
    outcomes.set(scan, { kind: 'refused', refusal });
  }
  return { outcomes, admissions };
}

function outcomeBeforeState(door: Door, scan: Scan, list: AdmissionList): ScanOutcome | undefined {
  const verdict = judge(door, scan, list);
  switch (verdict.verdict) {
    case 'contends':
      return undefined;
    case 'unknown-ticket':
      return { kind: 'unknown-ticket' };
    case 'refused':
      return { kind: 'refused', refusal: refusalOf(door, scan, verdict.reason, list) };
    case 'draft':
      return { kind: 'failed', error: conflict('The event is a draft; its door is shut.') };
    case 'unknown-gate':
      return { kind: 'failed', error: badUserInput('gate', 'The event has no gate of this name.') };
    case 'over-long':
      return { kind: 'failed', error: overLongTicketId() };
    case 'not-by-hand':
      return {
        kind: 'failed',
        error: forbidden('Admitting this ticket by its id needs the role COMMITTEE; scan its code.'),
      };
  }
}

function refusalOf(door: Door, scan: Scan, reason: RefusalReason, list: AdmissionList): Refusal {
  return {
    reason,
    ticketId: ticketIdOf(door, scan, list),
    previous: null,
    ticket: ticketOf(door, scan, list),
  };
}

async function admit(
  transaction: Transaction,
  door: Door,
  contenders: readonly Scan[],
): Promise<Admission[]> {
  const isExit = contenders[0]?.direction === 'EXIT';
  const parted = rounds(contenders);
  if (isExit) return await leave(transaction, door.eventId, parted[0] ?? []);
  const dayOf = (scan: Scan) => localDay(scan.at, door.timezone);
  const admissions: Admission[] = [];
  for (const round of door.entryPolicy === 'UNLIMITED' ? parted : parted.slice(0, 1)) {
    admissions.push(...(await enter(transaction, door.eventId, door.entryPolicy, round, dayOf)));
  }
  return admissions;
}

function checkInOf(door: Door, scan: Scan, list: AdmissionList): CheckInRecord {
  const { id, ticketId, direction, gate, at, by } = scan;
  return {
    id,
    eventId: door.eventId,
    ticketId,
    direction,
    gate,
    at,
    by,
    forced: isForced(door, scan, list),
    undoneAt: null,
  };
}

/** The id was taken in the place of a code. */
function isForced(door: Door, { byHand, ticketId }: Scan, list: AdmissionList): boolean {
  return byHand && (door.admission === 'TICKETED' || list.issued.has(ticketId));
}

/** Reads who won after the decision: the winner has committed by then, or is in this very batch. */
async function refuse(
  transaction: Transaction,
  door: Door,
  losers: readonly Scan[],
  admittedNow: readonly CheckInRecord[],
): Promise<[Scan, Refusal][]> {
  if (losers.length === 0) return [];
  if (losers[0]?.direction === 'EXIT') {
    return losers.map((scan) => [scan, { reason: 'RULES', ticketId: scan.ticketId, previous: null }]);
  }
  const winners = new Map(admittedNow.map((checkIn) => [checkIn.ticketId, checkIn]));
  const others = losers.filter(({ ticketId }) => !winners.has(ticketId)).map(({ ticketId }) => ticketId);
  for (const checkIn of await findLastEntries(transaction, door.eventId, others))
    winners.set(checkIn.ticketId, checkIn);
  return losers.map((scan) => {
    const previous = winners.get(scan.ticketId) ?? null;
    return [scan, { reason: 'ALREADY_REDEEMED', ticketId: scan.ticketId, previous }];
  });
}
