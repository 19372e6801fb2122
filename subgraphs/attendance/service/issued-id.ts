import { isUuid } from '@tixgo/platform/ids.ts';
import type { Scan } from '../domain/door.ts';
import type { ListedTicket } from '../domain/listed-ticket.ts';

type Presented = Pick<Scan, 'ticketId' | 'code'>;

/** The ids of tickets of TixGo's that plain ids may be, in the letters that they are kept in. */
export function possibleIssuedIds(scans: readonly Presented[]): string[] {
  return scans.flatMap((scan) => issuedIdOf(scan) ?? []);
}

/**
 * A plain id that is, in other letters, that of a ticket issued for the event is that ticket: it must not be let in once
 * for each spelling.
 */
export function asIssued<Scanned extends Presented>(
  scan: Scanned,
  eventId: string,
  issued: ReadonlyMap<string, ListedTicket>,
): Scanned {
  const id = issuedIdOf(scan) ?? scan.ticketId;
  return id !== scan.ticketId && issued.get(id)?.eventId === eventId ? { ...scan, ticketId: id } : scan;
}

function issuedIdOf({ ticketId, code }: Presented): string | undefined {
  return code || !isUuid(ticketId) ? undefined : ticketId.toLowerCase();
}
