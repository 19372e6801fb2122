import type { Fact, FactConsumer } from '@tixgo/platform/facts/fact.ts';
import type { Inbox } from '@tixgo/platform/facts/inbox.ts';
import type { EventChanged, EventDeleted } from '@tixgo/schema/facts/event.ts';
import { closeDoor, keepDoor } from './store/door-store.ts';

/** What the attendance service does on the facts of others: it keeps the doors of events. */
export function attendanceFactConsumer(inbox: Inbox): FactConsumer {
  return {
    name: 'attendance',
    types: ['event.changed', 'event.deleted'],
    handle: async (fact: Fact) => {
      await inbox.once(fact, async (transaction) => {
        if (fact.type === 'event.deleted') {
          const { eventId, updatedAt } = fact.payload as EventDeleted;
          await closeDoor(transaction, eventId, new Date(updatedAt));
        } else {
          const { updatedAt, ...event } = fact.payload as EventChanged;
          await keepDoor(transaction, { ...doorOf(event), updatedAt: new Date(updatedAt) });
        }
      });
    },
  };
}

function doorOf({
  eventId,
  status,
  admission,
  entryPolicy,
  timezone,
  gates,
}: Omit<EventChanged, 'updatedAt'>) {
  return { eventId, status, admission, entryPolicy, timezone, gates };
}
