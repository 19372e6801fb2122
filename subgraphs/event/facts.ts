import type { Fact, FactConsumer } from '@tixgo/platform/facts/fact.ts';
import type { Inbox } from '@tixgo/platform/facts/inbox.ts';
import type { AttendanceStarted } from '@tixgo/schema/facts/attendance.ts';
import { noteAdmissions } from './store/event-store.ts';

/** What the event service does on the facts of others. What it tells itself is in service/event-facts.ts. */
export function eventFactConsumer(inbox: Inbox): FactConsumer {
  return {
    name: 'event',
    types: ['attendance.started'],
    handle: async (fact: Fact) => {
      const { eventId } = fact.payload as AttendanceStarted;
      await inbox.once(fact, (transaction) => noteAdmissions(transaction, eventId));
    },
  };
}
