import type { Transaction } from '@tixgo/platform/database/database.ts';
import { violatedConstraint } from '@tixgo/platform/database/failures.ts';
import { conflict, notFound } from '@tixgo/platform/errors.ts';
import { isUuid, newId } from '@tixgo/platform/ids.ts';
import { cleanText } from '@tixgo/platform/input-text.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import type { CheckInRecord } from '../domain/door.ts';
import { localDay } from '../domain/local-day.ts';
import { addTransition, noChange } from '../domain/tally.ts';
import { stateAfter } from '../domain/ticket-state.ts';
import { findListedTickets } from '../store/admission-list-store.ts';
import { appendScans, findCheckIns, findStandingScans } from '../store/scan-log.ts';
import { updateTallies } from '../store/tally-store.ts';
import { lockTicketState, writeTicketState } from '../store/ticket-state-store.ts';
import { attendanceChanged, ticketsAdmitted } from './attendance-facts.ts';
import type { AttendanceDependencies } from './dependencies.ts';
import { getDoor } from './know-event.ts';
import { countMinute } from './scan-batch.ts';

/** Takes a check-in back: the log keeps it, and the ticket's state becomes what its remaining scans say. */
export const undoCheckIn =
  (dependencies: AttendanceDependencies) =>
  async (viewer: UserViewer, id: string, reason: string): Promise<CheckInRecord> => {
    const note = cleanText(reason, { field: 'reason', max: 500 });
    const checkIn = isUuid(id) ? (await findCheckIns(dependencies.database, [id])).get(id) : undefined;
    if (!checkIn) throw notFound('check-in');
    const { eventId, ticketId } = checkIn;
    const { timezone } = await getDoor(dependencies, eventId);
    const at = dependencies.clock();
    try {
      await dependencies.outbox.transaction(async (transaction, tell) => {
        const { before, after } = await takeBack(transaction, checkIn, timezone, { viewer, note, at });
        tell(attendanceChanged(eventId, [id], at));
        if (before.entries === 0 || after.entries > 0) return;
        const isListed = (await findListedTickets(transaction, [ticketId])).has(ticketId);
        if (isListed) tell(ticketsAdmitted(eventId, [{ ticketId, admitted: false }], at));
      });
    } catch (error) {
      if (violatedConstraint(error) === 'scan_undone_once')
        throw conflict('This check-in is undone already.');
      throw error;
    }
    return { ...checkIn, undoneAt: at };
  };

interface Undoing {
  readonly viewer: UserViewer;
  readonly note: string;
  readonly at: Date;
}

async function takeBack(
  transaction: Transaction,
  checkIn: CheckInRecord,
  timezone: string,
  { viewer, note, at }: Undoing,
) {
  const { id, eventId, ticketId, direction, gate } = checkIn;
  const before = await lockTicketState(transaction, eventId, ticketId);
  const by = { byId: viewer.id, byUsername: viewer.username };
  await appendScans(transaction, [
    { id: newId(), eventId, ticketId, outcome: 'UNDONE', direction, gate, at, ...by, undoes: id, note },
  ]);
  const standing = await findStandingScans(transaction, eventId, ticketId);
  const after = stateAfter(standing.map((scan) => ({ ...scan, on: localDay(scan.at, timezone) })));
  await writeTicketState(transaction, eventId, ticketId, after);
  const tickets = noChange();
  addTransition(tickets, before, after);
  const minutes = new Map<string, { entries: number; exits: number }>();
  countMinute(minutes, checkIn, -1);
  await updateTallies(transaction, eventId, { tickets, minutes, admitted: 0, refused: 0 });
  return { before, after };
}
