import { conflict } from '@tixgo/platform/errors.ts';
import { hasRole, type Viewer } from '@tixgo/platform/viewer.ts';
import type { CheckInRecord, Door, RefusalReason } from '../domain/door.ts';
import { examine } from '../domain/examination.ts';
import { localDay } from '../domain/local-day.ts';
import { refusalMessage } from '../domain/refusal-message.ts';
import { admitsEntry } from '../domain/ticket-state.ts';
import { findLastEntries } from '../store/scan-log.ts';
import { findTicketState } from '../store/ticket-state-store.ts';
import type { AttendanceDependencies } from './dependencies.ts';
import { getDoor } from './know-event.ts';
import { assertEventId, cleanTicket, overLongTicketId, type PresentedTicket } from './scan-input.ts';

export interface TicketVerdict {
  readonly admissible: boolean;
  readonly reason: RefusalReason | null;
  readonly message: string;
  readonly ticketId: string | null;
  readonly previous: CheckInRecord | null;
}

export interface VerifyTicketInput {
  readonly eventId: string;
  readonly code?: string | null | undefined;
  readonly ticketId?: string | null | undefined;
}

/** What the door would say to an entry now. Admits nobody and records nothing. */
export const verifyTicket =
  (dependencies: AttendanceDependencies) =>
  async (viewer: Viewer, input: VerifyTicketInput): Promise<TicketVerdict> => {
    assertEventId(input.eventId);
    const ticket = cleanTicket(input);
    const door = await getDoor(dependencies, input.eventId);
    if (door.status === 'DRAFT') throw conflict('The event is a draft; its door is shut.');
    const verdict = examine(door, {
      ticketId: ticket.text,
      gate: null,
      byHand: ticket.byHand,
      mayForce: hasRole(viewer, 'SCANNER'),
    });
    if (verdict.verdict === 'over-long') throw overLongTicketId();
    if (verdict.verdict === 'refused') return verification(verdict.reason, ticketIdOf(door, ticket), null);
    return await verifyState(dependencies, door, ticket.text);
  };

async function verifyState({ database, clock }: AttendanceDependencies, door: Door, ticketId: string) {
  const state = await findTicketState(database, door.eventId, ticketId);
  const [previous = null] = await findLastEntries(database, door.eventId, [ticketId]);
  const admissible = admitsEntry(door.entryPolicy, state, localDay(clock(), door.timezone));
  return verification(admissible ? null : 'ALREADY_REDEEMED', ticketId, previous);
}

function verification(
  reason: RefusalReason | null,
  ticketId: string | null,
  previous: CheckInRecord | null,
): TicketVerdict {
  const message = reason === null ? 'This ticket may enter.' : refusalMessage(reason, previous);
  return { admissible: reason === null, reason, message, ticketId, previous };
}

/** A code that nobody could read names no ticket. */
function ticketIdOf(door: Door, { text, byHand }: PresentedTicket): string | null {
  return door.admission === 'TICKETED' && !byHand ? null : text;
}
