import type { Clock } from '@tixgo/platform/clock.ts';
import type { Fact, FactConsumer } from '@tixgo/platform/facts/fact.ts';
import type { Inbox } from '@tixgo/platform/facts/inbox.ts';
import { TICKET_NOTICE, type TicketNotice } from '@tixgo/schema/facts/notice.ts';
import { writeNotice } from './service/write-notice.ts';

/** What identity does on the facts of others: it alone knows addresses, so that it writes the mails. */
export function identityFactConsumer(inbox: Inbox, clock: Clock): FactConsumer {
  return {
    name: 'identity',
    types: [TICKET_NOTICE],
    handle: async (fact: Fact) => {
      await inbox.once(fact, async (transaction) => {
        await writeNotice(transaction, fact.payload as TicketNotice, clock());
      });
    },
  };
}
