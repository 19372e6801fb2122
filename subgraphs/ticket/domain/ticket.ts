export const ticketStatuses = ['VALID', 'LISTED', 'REFUNDED', 'CANCELED'] as const;
export type TicketStatus = (typeof ticketStatuses)[number];

export interface TicketRecord {
  readonly id: string;
  readonly typeId: string;
  readonly eventId: string;
  /** The order that it was last bought by. */
  readonly orderId: string;
  readonly holderId: string;
  readonly status: TicketStatus;
  /** What it first cost, in minor units: resale prices are measured by it. */
  readonly faceValue: number;
  readonly currency: string;
  /** Lower numbers are void. */
  readonly codeNumber: number;
  readonly blockedReason: string | null;
  /** The payer's bank took the money back, or it is on its way back. */
  readonly disputed: boolean;
  /** As far as the door has told. */
  readonly admitted: boolean;
  /** Void, and its place is on sale again. */
  readonly restocked: boolean;
  readonly version: number;
  readonly createdAt: Date;
}

/** The one table of how a ticket's status moves. */
const transitions: Readonly<Record<TicketStatus, readonly TicketStatus[]>> = {
  VALID: ['LISTED', 'REFUNDED', 'CANCELED'],
  LISTED: ['VALID', 'REFUNDED', 'CANCELED'],
  REFUNDED: [],
  CANCELED: ['REFUNDED'],
};

export function ticketSourcesOf(to: TicketStatus): TicketStatus[] {
  return (Object.keys(transitions) as TicketStatus[]).filter((from) => transitions[from].includes(to));
}

export type DoorStanding = 'ADMISSIBLE' | 'BLOCKED' | 'UNPAID' | 'CANCELED';

/** What the door makes of a ticket, time and gate aside. */
export function doorStanding({
  status,
  blockedReason,
  disputed,
}: Pick<TicketRecord, 'status' | 'blockedReason' | 'disputed'>): DoorStanding {
  if (status === 'REFUNDED' || status === 'CANCELED') return 'CANCELED';
  if (disputed) return 'UNPAID';
  return blockedReason !== null || status === 'LISTED' ? 'BLOCKED' : 'ADMISSIBLE';
}

/** Why a ticket cannot change hands; undefined when it can. */
export function whyBound(ticket: TicketRecord): string | undefined {
  if (ticket.status === 'LISTED') return 'The ticket is on resale; cancel the listing first.';
  if (ticket.status !== 'VALID') return 'The ticket is void.';
  if (ticket.disputed) return 'The payment of the ticket is disputed, or on its way back.';
  if (ticket.blockedReason !== null) return 'The ticket is held back by the organizer.';
  return ticket.admitted ? 'The ticket was used.' : undefined;
}
