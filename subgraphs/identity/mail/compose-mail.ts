import type { Clock } from '@tixgo/platform/clock.ts';
import type { Database } from '@tixgo/platform/database/database.ts';
import type { EntityLookup } from '@tixgo/platform/subgraphs/subgraph-dependencies.ts';
import type { MailRecord, MailSubjects } from '../domain/mail.ts';
import { resetLifetime } from '../domain/password-reset.ts';
import type { UserRecord } from '../domain/user.ts';
import type { ResetTokens } from '../service/reset-tokens.ts';
import { findReset } from '../store/password-reset-store.ts';
import { findUsers } from '../store/user-store.ts';
import { askEvent, askOrder, askTicket, qrImages } from './ask-sale.ts';
import type { LetterContent } from './letter.ts';
import { eventCanceled } from './templates/event-canceled.ts';
import { orderConfirmed } from './templates/order-confirmed.ts';
import { passwordReset } from './templates/password-reset.ts';
import { ticketReceived } from './templates/ticket-received.ts';

export interface ComposingDependencies {
  readonly database: Database;
  readonly clock: Clock;
  /** Asks the owners of events and tickets. */
  readonly lookup: EntityLookup;
  readonly resetTokens: ResetTokens;
  /** Where people use the system: links begin with it. */
  readonly portalUrl: string;
}

/**
 * Says what a mail says now, which may be long after it was written.
 * Undefined when there is nothing left to say: a token that is over, a ticket that is somebody else's.
 * @throws SUBGRAPH_UNAVAILABLE when the owner of what it is about does not answer
 */
export async function composeMail(
  dependencies: ComposingDependencies,
  mail: MailRecord,
): Promise<LetterContent | undefined> {
  const [recipient] = await findUsers(dependencies.database, [mail.recipientId]);
  if (!recipient) return undefined;
  switch (mail.template) {
    case 'password-reset':
      return await composeReset(dependencies, recipient, mail.data);
    case 'order-confirmed':
      return await composeConfirmation(dependencies, recipient, mail.data);
    case 'event-canceled':
      return await composeCancelation(dependencies, recipient, mail.data);
    case 'ticket-received':
      return await composeReceipt(dependencies, recipient, mail.data);
  }
}

async function composeReset(
  { database, clock, resetTokens, portalUrl }: ComposingDependencies,
  { username }: UserRecord,
  { seed }: MailSubjects['password-reset'],
): Promise<LetterContent | undefined> {
  const token = resetTokens.tokenOf(seed);
  if (!(await findReset(database, resetTokens.hash(token), clock()))) return undefined;
  // Behind a #, so that it reaches neither a server's log nor another site as the referrer.
  const link = `${portalUrl}/reset-password#token=${token}`;
  return { ...passwordReset({ username, link, token, minutes: resetLifetime }), attachments: [] };
}

async function composeConfirmation(
  { lookup }: ComposingDependencies,
  { id, username }: UserRecord,
  { eventId, orderId }: MailSubjects['order-confirmed'],
): Promise<LetterContent | undefined> {
  const event = await askEvent(lookup, eventId);
  const order = await askOrder(lookup, orderId, id);
  if (!event || !order || order.tickets.length === 0) return undefined;
  const { total, tickets } = order;
  return {
    ...orderConfirmed({ username, event, orderId, total, tickets }),
    attachments: qrImages(tickets),
  };
}

async function composeCancelation(
  { lookup }: ComposingDependencies,
  { username }: UserRecord,
  { eventId }: MailSubjects['event-canceled'],
): Promise<LetterContent> {
  const event = await askEvent(lookup, eventId);
  return { ...eventCanceled({ username, event }), attachments: [] };
}

async function composeReceipt(
  { database, lookup }: ComposingDependencies,
  { id, username }: UserRecord,
  { eventId, ticketId, fromUserId }: MailSubjects['ticket-received'],
): Promise<LetterContent | undefined> {
  const event = await askEvent(lookup, eventId);
  const ticket = await askTicket(lookup, ticketId, id);
  if (!event || !ticket) return undefined;
  const [giver] = await findUsers(database, [fromUserId]);
  const text = ticketReceived({ username, from: giver?.username, event, ticket });
  return { ...text, attachments: qrImages([ticket]) };
}
