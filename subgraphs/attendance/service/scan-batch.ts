import type { Transaction } from '@tixgo/platform/database/database.ts';
import { violatedConstraint } from '@tixgo/platform/database/failures.ts';
import { ApiError } from '@tixgo/platform/errors.ts';
import type { TicketsAdmitted } from '@tixgo/schema/facts/attendance.ts';
import { type AdmissionList, ticketOf } from '../domain/admission-list.ts';
import type { Door, Scan } from '../domain/door.ts';
import { addTransition, noChange } from '../domain/tally.ts';
import { findDoorWithTickets } from '../store/door-store.ts';
import {
  admittedRow,
  appendScans,
  findCheckIns,
  findEarlierScans,
  refusedRow,
  type ScanRow,
} from '../store/scan-log.ts';
import { type TallyUpdate, updateTallies } from '../store/tally-store.ts';
import type { Admission } from '../store/ticket-state-store.ts';
import { admissionListFor } from './admission-list-for.ts';
import { attendanceChanged, attendanceStarted, ticketsAdmitted } from './attendance-facts.ts';
import { type Decision, decideScans, type ScanOutcome } from './decide-scans.ts';
import type { AttendanceDependencies } from './dependencies.ts';
import { asIssued, possibleIssuedIds } from './issued-id.ts';

/** `unknown-event`: nothing was decided; the event's owner may know more. */
export type BatchOutcome = ScanOutcome | { readonly kind: 'unknown-event' };

/** How often a batch is decided while other replicas go on keeping some of its nonces. */
const attempts = 5;

/**
 * Decides scans of one event and one direction and keeps what came of them: state rows, log and counters in one
 * transaction. Answers in the order of the scans.
 */
export const runScanBatch =
  (dependencies: AttendanceDependencies) =>
  async (eventId: string, scans: readonly Scan[]): Promise<BatchOutcome[]> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await decideAndKeep(dependencies, eventId, scans);
      } catch (error) {
        if (attempt === attempts || violatedConstraint(error) !== 'scan_nonce') throw error;
        // Another replica kept the same nonce meanwhile. It has committed, so that its answer is found now.
      }
    }
  };

async function decideAndKeep(
  { outbox }: AttendanceDependencies,
  eventId: string,
  presented: readonly Scan[],
): Promise<BatchOutcome[]> {
  return await outbox.transaction(async (transaction, tell) => {
    const known = await findDoorWithTickets(transaction, eventId, possibleIssuedIds(presented));
    if (!known) return presented.map(() => ({ kind: 'unknown-event' }));
    const { door, issued } = known;
    const scans = presented.map((scan) => asIssued(scan, eventId, issued));
    const list = await admissionListFor(transaction, door, scans, issued, 'hold');
    const replays = await replaysOf(transaction, door, scans, list);
    const fresh = scans.filter((scan) => !replays.has(scan));
    const decision = await decideScans(transaction, door, fresh, list);
    const kept = await keep(transaction, door, decision);
    if (kept.isFirst) tell(attendanceStarted(eventId, kept.at));
    const admitted = newlyAdmitted(decision, list);
    if (admitted.length > 0) tell(ticketsAdmitted(eventId, admitted, kept.at));
    if (kept.isAny) tell(attendanceChanged(eventId, checkInsOf(decision), kept.at));
    return scans.map((scan) => outcomeOf(scan, replays, decision));
  });
}

function checkInsOf({ admissions }: Decision): string[] {
  return admissions.map(({ scan }) => scan.id);
}

function newlyAdmitted({ admissions }: Decision, list: AdmissionList): TicketsAdmitted['tickets'] {
  return admissions.flatMap(({ scan: { ticketId }, before }) =>
    before.entries === 0 && list.issued.has(ticketId) ? { ticketId, admitted: true } : [],
  );
}

function outcomeOf(scan: Scan, replays: ReadonlyMap<Scan, ScanOutcome>, { outcomes }: Decision): ScanOutcome {
  const outcome = replays.get(scan) ?? outcomes.get(scan);
  if (!outcome) throw new Error(`Scan ${scan.id} was not decided.`);
  return outcome;
}

async function keep(transaction: Transaction, door: Door, { outcomes, admissions }: Decision) {
  const { eventId } = door;
  const ordinals = new Map(admissions.map(({ scan, ordinal }) => [scan, ordinal]));
  const rows = [...outcomes].flatMap(([scan, outcome]) => {
    if (outcome.kind === 'failed' || outcome.kind === 'unknown-ticket') return [];
    if (outcome.kind === 'refused') return [refusedRow(eventId, scan, outcome.refusal)];
    return [admittedRow(eventId, scan, ordinals.get(scan) ?? 0, outcome.checkIn.forced)];
  });
  const at = rows[0]?.at ?? new Date(0);
  if (rows.length === 0) return { isAny: false, isFirst: false, at };
  await appendScans(transaction, rows);
  const { records } = await updateTallies(transaction, eventId, tallyUpdate(admissions, rows.length));
  return { isAny: true, isFirst: admissions.length > 0 && records === admissions.length, at };
}

function tallyUpdate(admissions: readonly Admission[], scanned: number): TallyUpdate {
  const tickets = noChange();
  const minutes = new Map<string, { entries: number; exits: number }>();
  for (const { scan, before, after } of admissions) {
    addTransition(tickets, before, after);
    countMinute(minutes, scan, 1);
  }
  return { tickets, minutes, admitted: admissions.length, refused: scanned - admissions.length };
}

/** Adds a scan to its minute of the timeline, or with -1 takes it away. */
export function countMinute(
  minutes: Map<string, { entries: number; exits: number }>,
  { at, direction }: Pick<Scan, 'at' | 'direction'>,
  sign: 1 | -1,
): void {
  const minute = new Date(Math.floor(at.getTime() / 60_000) * 60_000).toISOString();
  const counts = minutes.get(minute) ?? { entries: 0, exits: 0 };
  counts[direction === 'ENTRY' ? 'entries' : 'exits'] += sign;
  minutes.set(minute, counts);
}

/** A scan with a nonce that its sender used before gets the first answer again, or is told that it asks something else. */
async function replaysOf(
  transaction: Transaction,
  door: Door,
  scans: readonly Scan[],
  list: AdmissionList,
): Promise<Map<Scan, ScanOutcome>> {
  const sent = scans.flatMap(({ by, nonce }) => (nonce === null ? [] : [{ byId: by.id, nonce }]));
  const earlier = await findEarlierScans(transaction, door.eventId, sent);
  const replays = new Map<Scan, ScanOutcome>();
  if (earlier.length === 0) return replays;
  const answering = earlier.flatMap((row) => (row.outcome === 'ADMITTED' ? row.id : (row.previousId ?? [])));
  const checkIns = await findCheckIns(transaction, answering);
  for (const scan of scans) {
    const row = earlier.find(({ byId, nonce }) => nonce === scan.nonce && byId === scan.by.id);
    if (row) replays.set(scan, replayOf(door, scan, row, checkIns, list));
  }
  return replays;
}

function replayOf(
  door: Door,
  scan: Scan,
  row: ScanRow,
  checkIns: Awaited<ReturnType<typeof findCheckIns>>,
  list: AdmissionList,
): ScanOutcome {
  // The log keeps no code that nobody could read: such a row fits any.
  const sameInput =
    (row.ticketId === null || row.ticketId === scan.ticketId) &&
    row.direction === scan.direction &&
    row.gate === scan.gate;
  if (!sameInput) {
    return {
      kind: 'failed',
      error: new ApiError('IDEMPOTENCY_KEY_REUSED', 'This nonce was used for another scan.', {
        field: 'nonce',
      }),
    };
  }
  const checkIn = checkIns.get(row.id);
  if (checkIn) return { kind: 'admitted', checkIn };
  if (row.reason === null) throw new Error(`Scan ${row.id} was neither admitted nor refused.`);
  const previous = checkIns.get(row.previousId ?? '') ?? null;
  const { reason, ticketId } = row;
  return { kind: 'refused', refusal: { reason, ticketId, previous, ticket: ticketOf(door, scan, list) } };
}
