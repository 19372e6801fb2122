import type { CheckInRecord, RefusalReason } from './door.ts';

const messages: Readonly<Record<RefusalReason, string>> = {
  INVALID: 'There is no such ticket for this event.',
  UNPAID: 'This ticket has not been paid.',
  BLOCKED: 'This ticket is held back by the organizer.',
  REVOKED: 'This ticket was replaced by another one.',
  CANCELED: 'The event or the ticket was canceled.',
  ALREADY_REDEEMED: 'This ticket was used already.',
  INVALID_TIME: 'This ticket is not good at this time.',
  PRODUCT: 'This ticket is not good for this gate.',
  RULES: 'This ticket is not inside.',
};

/** A sentence for the person at the door; a used ticket's says when, where and by whom. */
export function refusalMessage(reason: RefusalReason, previous: CheckInRecord | null): string {
  if (reason !== 'ALREADY_REDEEMED' || !previous) return messages[reason];
  const where = previous.gate === null ? '' : ` at ${previous.gate}`;
  return `This ticket was checked in at ${previous.at.toISOString()}${where} by ${previous.by.username}.`;
}
