import { type ApiError, badUserInput, notFound } from '@tixgo/platform/errors.ts';
import { cleanGivenText, cleanText } from '@tixgo/platform/input-text.ts';
import type { Optional } from '@tixgo/platform/optional-input.ts';
import { isEventId } from '@tixgo/schema/facts/event-id.ts';
import { longestTicketId } from '../domain/examination.ts';

/** @throws NOT_FOUND for what cannot be the id of an event */
export function assertEventId(id: string): void {
  if (!isEventId(id)) throw notFound('event');
}

export interface PresentedTicket {
  readonly text: string;
  /** The id was typed in, not read from a code. */
  readonly byHand: boolean;
}

/** @throws BAD_USER_INPUT unless exactly one is given */
export function cleanTicket({
  code,
  ticketId,
}: {
  code?: Optional<string>;
  ticketId?: Optional<string>;
}): PresentedTicket {
  const both = (code ?? null) !== null && (ticketId ?? null) !== null;
  if (both) throw badUserInput('code', 'Give code or ticketId, not both.');
  if (typeof code === 'string') return { text: cleanText(code, { field: 'code', max: 2048 }), byHand: false };
  if (typeof ticketId === 'string')
    return { text: cleanText(ticketId, { field: 'ticketId', max: longestTicketId }), byHand: true };
  throw badUserInput('code', 'Give code or ticketId.');
}

export function cleanGate(gate: Optional<string>): string | null {
  return cleanGivenText(gate, { field: 'gate', max: 64 });
}

export function cleanNonce(nonce: Optional<string>): string | null {
  return cleanGivenText(nonce, { field: 'nonce', max: 128 });
}

/** Only a code can be: a ticket id is checked as it comes in, when it is not known yet which door it is for. */
export function overLongTicketId(): ApiError {
  return badUserInput(
    'code',
    `At an OPEN door a code is the ticket id, and has at most ${longestTicketId} characters.`,
  );
}
