export const ticketStandings = ['ADMISSIBLE', 'BLOCKED', 'UNPAID', 'CANCELED'] as const;
export type TicketStanding = (typeof ticketStandings)[number];

/** A ticket of TixGo's as the door knows it, by facts or by asking its owner. */
export interface ListedTicket {
  readonly ticketId: string;
  readonly eventId: string;
  readonly standing: TicketStanding;
  /** Codes of a lower number are void. */
  readonly codeNumber: number;
  /** Gates that admit it; null: every gate of the event. */
  readonly gates: readonly string[] | null;
  /** Null: unbounded. */
  readonly validFrom: Date | null;
  readonly validUntil: Date | null;
  readonly version: number;
}

/** Whether a ticket counts among those that may come. */
export function isExpected(standing: TicketStanding): boolean {
  return standing !== 'CANCELED';
}
