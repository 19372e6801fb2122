import type { Refusal, RefusalReason } from './door.ts';

const messages: Readonly<Record<RefusalReason, string>> = {
  INVALID: 'There is no such ticket for this event.',
  UNPAID: 'This ticket has not been paid.',
  BLOCKED: 'This ticket is held back by the organizer, or up for resale.',
  REVOKED: 'This code was replaced: the ticket has a newer one, perhaps with somebody else.',
  CANCELED: 'The event or the ticket was canceled.',
  ALREADY_REDEEMED: 'This ticket was used already.',
  INVALID_TIME: 'This ticket is not good at this time.',
  PRODUCT: 'This ticket is not good for this gate.',
  RULES: 'This ticket is not inside.',
};

/** A sentence for the person at the door; where something is known that helps there, it says that too. */
export function refusalMessage({ reason, previous, ticket }: Omit<Refusal, 'ticketId'>): string {
  if (reason === 'ALREADY_REDEEMED' && previous) {
    const where = previous.gate === null ? '' : ` at ${previous.gate}`;
    return `This ticket was checked in at ${previous.at.toISOString()}${where} by ${previous.by.username}.`;
  }
  if (reason === 'INVALID_TIME' && ticket) {
    const from = ticket.validFrom === null ? '' : ` from ${ticket.validFrom.toISOString()}`;
    const until = ticket.validUntil === null ? '' : ` until ${ticket.validUntil.toISOString()}`;
    return `This ticket is good${from}${until}.`;
  }
  if (reason === 'PRODUCT' && ticket?.gates?.length) {
    return `This ticket is good at ${ticket.gates.join(', ')} only.`;
  }
  return messages[reason];
}
