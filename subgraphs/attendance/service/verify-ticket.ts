import { conflict } from '@tixgo/platform/errors.ts';
import { hasRole, type Viewer } from '@tixgo/platform/viewer.ts';
import { judge, ticketIdOf, ticketOf } from '../domain/admission-list.ts';
import type { CheckInRecord, Door, Refusal, RefusalReason } from '../domain/door.ts';
import type { ImportedTicket } from '../domain/imported-ticket.ts';
import { localDay } from '../domain/local-day.ts';
import { refusalMessage } from '../domain/refusal-message.ts';
import { admitsEntry } from '../domain/ticket-state.ts';
import { findListedTickets } from '../store/admission-list-store.ts';
import { findLastEntries } from '../store/scan-log.ts';
import { findTicketState } from '../store/ticket-state-store.ts';
import { admissionListFor } from './admission-list-for.ts';
import type { AttendanceDependencies } from './dependencies.ts';
import { asIssued, possibleIssuedIds } from './issued-id.ts';
import { getDoor } from './know-event.ts';
import { learnTicket } from './know-ticket.ts';
import type { ReadTicket, TicketReading } from './read-code.ts';
import { assertEventId, cleanTicket, overLongTicketId } from './scan-input.ts';

export interface TicketVerdict {
  readonly admissible: boolean;
  readonly reason: RefusalReason | null;
  readonly message: string;
  readonly ticketId: string | null;
  readonly previous: CheckInRecord | null;
  /** Of a ticket that was sold elsewhere: what is known of it. */
  readonly importedTicket: ImportedTicket | null;
}

type StateVerdict = Omit<TicketVerdict, 'importedTicket'>;

export interface VerifyTicketInput {
  readonly eventId: string;
  readonly code?: string | null | undefined;
  readonly ticketId?: string | null | undefined;
}

/** What the door would say to an entry now. Admits nobody and records nothing. */
export const verifyTicket =
  (dependencies: AttendanceDependencies, read: TicketReading) =>
  async (viewer: Viewer, input: VerifyTicketInput): Promise<TicketVerdict> => {
    assertEventId(input.eventId);
    const presented = cleanTicket(input);
    const door = await getDoor(dependencies, input.eventId);
    if (door.status === 'DRAFT') throw conflict('The event is a draft; its door is shut.');
    const question = { ...entryNow(viewer, dependencies.clock()), ...(await read(presented)) };
    const { verdict, ticketId, named, ticket } = await judgeByList(dependencies, door, question);
    if (verdict.verdict === 'over-long') throw overLongTicketId();
    const answer =
      verdict.verdict === 'refused'
        ? refusal({ reason: verdict.reason, ticketId: named, previous: null, ticket })
        : await verifyState(dependencies, door, ticketId);
    return { ...answer, importedTicket: ticket && 'code' in ticket ? ticket : null };
  };

function entryNow(viewer: Viewer, at: Date) {
  return { gate: null, direction: 'ENTRY' as const, at, mayForce: hasRole(viewer, 'SCANNER') };
}

type Question = ReturnType<typeof entryNow> & ReadTicket;

/** A ticket that is not known here is asked of its owner once. */
async function judgeByList(dependencies: AttendanceDependencies, door: Door, question: Question) {
  const ask = async (ownerAsked: boolean) => {
    const plain = door.admission === 'OPEN' ? possibleIssuedIds([question]) : [];
    const issued = await findListedTickets(dependencies.database, plain);
    const scan = asIssued({ ...question, ownerAsked }, door.eventId, issued);
    const list = await admissionListFor(dependencies.database, door, [scan], issued, 'none');
    const { ticketId } = scan;
    const [ticket, named] = [ticketOf(door, scan, list), ticketIdOf(door, scan, list)];
    return { verdict: judge(door, scan, list), ticketId, named, ticket };
  };
  const known = await ask(false);
  if (known.verdict.verdict !== 'unknown-ticket') return known;
  await learnTicket(dependencies, question.ticketId);
  return await ask(true);
}

async function verifyState(
  { database, clock }: AttendanceDependencies,
  door: Door,
  ticketId: string,
): Promise<StateVerdict> {
  const state = await findTicketState(database, door.eventId, ticketId);
  const [previous = null] = await findLastEntries(database, door.eventId, [ticketId]);
  if (!admitsEntry(door.entryPolicy, state, localDay(clock(), door.timezone))) {
    return refusal({ reason: 'ALREADY_REDEEMED', ticketId, previous });
  }
  return { admissible: true, reason: null, message: 'This ticket may enter.', ticketId, previous };
}

function refusal(refused: Refusal): StateVerdict {
  const { reason, ticketId, previous } = refused;
  return { admissible: false, reason, message: refusalMessage(refused), ticketId, previous };
}
