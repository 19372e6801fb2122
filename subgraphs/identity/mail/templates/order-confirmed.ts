import { type Block, layOut, type MailText } from '../layout.ts';
import { type EventWords, nameInMail, priceOf, type TicketWords, whenAndWhere } from '../wording.ts';

export interface OrderConfirmedWords {
  readonly username: string;
  readonly event: EventWords;
  readonly orderId: string;
  readonly total: { readonly amount: number; readonly currency: string };
  readonly tickets: readonly TicketWords[];
}

export function orderConfirmed({ username, event, orderId, total, tickets }: OrderConfirmedWords): MailText {
  return layOut(`Your tickets for ${event.name}`, [
    `Hello ${nameInMail(username)},`,
    `thank you, your order is confirmed. ${event.name}: ${whenAndWhere(event)}.`,
    `Order ${orderId}, ${total.amount === 0 ? 'free of charge' : priceOf(total)}.`,
    'Each of these codes lets one person in; the attached images show the same to the scanner. Keep them to yourself.',
    ...tickets.flatMap((ticket, index): Block[] => [
      `Ticket ${index + 1}: ${ticket.type}`,
      { code: ticket.code },
    ]),
    'Enjoy it!',
  ]);
}
