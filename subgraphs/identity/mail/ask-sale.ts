import type { EntityLookup } from '@tixgo/platform/subgraphs/subgraph-dependencies.ts';
import type { Attachment } from './letter.ts';
import type { EventWords, TicketWords } from './wording.ts';

export interface TicketToShow extends TicketWords {
  readonly qrSvg: string;
}

interface TicketEntity {
  readonly code: string | null;
  readonly qrSvg: string | null;
  readonly holder: { readonly id: string } | null;
  readonly type: { readonly name: string };
}

interface OrderEntity {
  readonly total: { readonly amount: number; readonly currency: string };
  readonly tickets: readonly TicketEntity[];
}

const ticketFields = 'code qrSvg holder { id } type { name }';

/** Undefined for an event that is gone. */
export async function askEvent(lookup: EntityLookup, id: string): Promise<EventWords | undefined> {
  const event = await lookup('event', 'Event', { id }, 'name startsAt timezone venue { name city }');
  return (event as EventWords | null) ?? undefined;
}

export async function askOrder(lookup: EntityLookup, id: string, holderId: string) {
  const fields = `total { amount currency } tickets { ${ticketFields} }`;
  const order = (await lookup('ticket', 'Order', { id }, fields)) as OrderEntity | null;
  return order && { total: order.total, tickets: order.tickets.flatMap((ticket) => shown(ticket, holderId)) };
}

export async function askTicket(
  lookup: EntityLookup,
  id: string,
  holderId: string,
): Promise<TicketToShow | undefined> {
  const ticket = (await lookup('ticket', 'Ticket', { id }, ticketFields)) as TicketEntity | null;
  return ticket ? shown(ticket, holderId)[0] : undefined;
}

/** A mail may be late: a ticket that went on to somebody else is no longer the recipient's to see, nor is a void one. */
function shown({ code, qrSvg, holder, type }: TicketEntity, holderId: string): TicketToShow[] {
  if (holder?.id !== holderId || code === null || qrSvg === null) return [];
  return [{ type: type.name, code, qrSvg }];
}

export function qrImages(tickets: readonly TicketToShow[]): Attachment[] {
  return tickets.map(({ qrSvg }, index) => ({
    filename: `ticket-${index + 1}.svg`,
    contentType: 'image/svg+xml',
    content: qrSvg,
  }));
}
