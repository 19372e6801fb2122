import { layOut, type MailText } from '../layout.ts';
import { type EventWords, nameInMail, type TicketWords, whenAndWhere } from '../wording.ts';

export interface TicketReceivedWords {
  readonly username: string;
  /** The name of whoever gave it; undefined for nobody who is known. */
  readonly from: string | undefined;
  readonly event: EventWords;
  readonly ticket: TicketWords;
}

export function ticketReceived({ username, from, event, ticket }: TicketReceivedWords): MailText {
  return layOut(`You have a ticket for ${event.name}`, [
    `Hello ${nameInMail(username)},`,
    `${from === undefined ? 'somebody' : nameInMail(from)} gave you a ticket (${ticket.type}) for ${event.name}: ${whenAndWhere(event)}.`,
    'This code lets you in; the attached image shows the same to the scanner. The one that the ticket had before is void.',
    { code: ticket.code },
    'Enjoy it!',
  ]);
}
