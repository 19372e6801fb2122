import { layOut, type MailText } from '../layout.ts';
import { type EventWords, nameInMail, whenAndWhere } from '../wording.ts';

export interface EventCanceledWords {
  readonly username: string;
  /** Undefined: it is gone, and its name with it. */
  readonly event: EventWords | undefined;
}

export function eventCanceled({ username, event }: EventCanceledWords): MailText {
  const name = event?.name ?? 'an event that you have tickets for';
  return layOut(`Canceled: ${name}`, [
    `Hello ${nameInMail(username)},`,
    `we are sorry: ${name}${event ? ` (${whenAndWhere(event)})` : ''} will not take place, and your tickets for it are no longer valid.`,
    'What was paid for them goes back to whoever paid it, by the same way. You need not do anything.',
  ]);
}
