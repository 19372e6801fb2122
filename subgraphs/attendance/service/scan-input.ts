import { badUserInput, notFound } from '@tixgo/platform/errors.ts';
import { cleanText } from '@tixgo/platform/input-text.ts';

type Optional<T> = T | null | undefined;

/** An event's id has this form; anything else names no event. */
const eventId = /^[a-z0-9-]{1,64}$/;

/** @throws NOT_FOUND */
export function assertEventId(id: string): void {
  if (!eventId.test(id)) throw notFound('event');
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
    return { text: cleanText(ticketId, { field: 'ticketId', max: 128 }), byHand: true };
  throw badUserInput('code', 'Give code or ticketId.');
}

export function cleanGate(gate: Optional<string>): string | null {
  return gate === null || gate === undefined ? null : cleanText(gate, { field: 'gate', max: 64 });
}

export function cleanNonce(nonce: Optional<string>): string | null {
  return nonce === null || nonce === undefined ? null : cleanText(nonce, { field: 'nonce', max: 128 });
}
