import type { Transaction } from '@tixgo/platform/database/database.ts';
import { newId } from '@tixgo/platform/ids.ts';
import type { TicketNotice } from '@tixgo/schema/facts/notice.ts';
import type { MailSubject } from '../domain/mail.ts';
import { insertMail } from '../store/mail-store.ts';
import { findUsers } from '../store/user-store.ts';

/** Writes the mail that a notice calls for, to a user who gave an address. */
export async function writeNotice(transaction: Transaction, notice: TicketNotice, now: Date): Promise<void> {
  const [user] = await findUsers(transaction, [notice.userId]);
  if (!user || user.email === null) return;
  await insertMail(transaction, {
    ...subjectOf(notice),
    id: newId(now),
    recipientId: user.id,
    address: user.email,
    createdAt: now,
  });
}

function subjectOf(notice: TicketNotice): MailSubject & { readonly occasion?: string } {
  const { eventId } = notice;
  switch (notice.kind) {
    case 'ORDER_CONFIRMED':
      return { template: 'order-confirmed', data: { eventId, orderId: notice.orderId } };
    case 'TICKET_RECEIVED':
      return {
        template: 'ticket-received',
        data: { eventId, ticketId: notice.ticketId, fromUserId: notice.fromUserId },
      };
    case 'EVENT_CANCELED':
      // Told for each order; one mail says it.
      return { template: 'event-canceled', data: { eventId }, occasion: eventId };
  }
}
