import { isUuid } from '@tixgo/platform/ids.ts';
import type { TicketStanding } from '../domain/listed-ticket.ts';
import { keepListedTicket } from '../store/admission-list-store.ts';
import type { AttendanceDependencies } from './dependencies.ts';

/** The fields of the owner's entity that an entry of the admission list is made of. */
const ticketFields = 'id event { id } codeNumber doorStanding version type { gates validFrom validUntil }';

interface OwnersTicket {
  readonly id: string;
  readonly event: { readonly id: string };
  readonly codeNumber: number;
  readonly doorStanding: TicketStanding;
  readonly version: number;
  readonly type: {
    readonly gates: readonly string[] | null;
    readonly validFrom: string | null;
    readonly validUntil: string | null;
  };
}

/**
 * Asks the owner of a ticket and keeps what it says; facts may be behind.
 * @throws SUBGRAPH_UNAVAILABLE when the owner does not answer
 */
export async function learnTicket(
  { database, lookup }: Pick<AttendanceDependencies, 'database' | 'lookup'>,
  ticketId: string,
): Promise<void> {
  // No ticket of TixGo's has another id, and one typed in may be anything.
  if (!isUuid(ticketId)) return;
  const found = await lookup('ticket', 'Ticket', { id: ticketId }, ticketFields);
  if (!found) return;
  const { id, event, codeNumber, doorStanding, version, type } = found as unknown as OwnersTicket;
  await database.transaction(async (transaction) => {
    await keepListedTicket(transaction, {
      ticketId: id,
      eventId: event.id,
      standing: doorStanding,
      codeNumber,
      gates: type.gates,
      validFrom: type.validFrom === null ? null : new Date(type.validFrom),
      validUntil: type.validUntil === null ? null : new Date(type.validUntil),
      version,
    });
  });
}
