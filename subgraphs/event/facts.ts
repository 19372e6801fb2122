import type { Fact, FactConsumer } from '@tixgo/platform/facts/fact.ts';
import type { Inbox } from '@tixgo/platform/facts/inbox.ts';
import type { AttendanceStarted } from '@tixgo/schema/facts/attendance.ts';
import type { SalesStarted } from '@tixgo/schema/facts/ticket.ts';
import { noteAdmissions, noteSales } from './store/event-store.ts';

/** What the event service does on the facts of others. What it tells itself is in service/event-facts.ts. */
export function eventFactConsumer(inbox: Inbox): FactConsumer {
  return {
    name: 'event',
    types: ['attendance.started', 'ticket.sales-started'],
    handle: async (fact: Fact) => {
      const { eventId } = fact.payload as AttendanceStarted | SalesStarted;
      const note = fact.type === 'ticket.sales-started' ? noteSales : noteAdmissions;
      await inbox.once(fact, (transaction) => note(transaction, eventId));
    },
  };
}
