import type { Transaction } from '@tixgo/platform/database/database.ts';
import type { Fact, FactConsumer } from '@tixgo/platform/facts/fact.ts';
import type { Inbox } from '@tixgo/platform/facts/inbox.ts';
import type { EventChanged, EventDeleted } from '@tixgo/schema/facts/event.ts';
import type { TicketChanged, TicketKeyAdded } from '@tixgo/schema/facts/ticket.ts';
import type { Door } from './domain/door.ts';
import type { ListedTicket } from './domain/listed-ticket.ts';
import { keepListedTicket } from './store/admission-list-store.ts';
import { closeDoor, keepDoor } from './store/door-store.ts';
import { hideImports, importsOfEvent } from './store/ticket-import-store.ts';
import { keepTicketKeys } from './store/ticket-key-store.ts';

type Effect = (transaction: Transaction, payload: unknown) => Promise<void>;

const effects: Readonly<Record<string, Effect>> = {
  'event.changed': async (transaction, payload) => {
    await keepDoor(transaction, doorOf(payload as EventChanged));
  },
  'event.deleted': async (transaction, payload) => {
    const { eventId, updatedAt } = payload as EventDeleted;
    await closeDoor(transaction, eventId, new Date(updatedAt));
    await hideImports(transaction, importsOfEvent(eventId), new Date(updatedAt));
  },
  'ticket.changed': async (transaction, payload) => {
    await keepListedTicket(transaction, listedTicketOf(payload as TicketChanged));
  },
  'ticket.key-added': async (transaction, payload) => {
    await keepTicketKeys(transaction, [(payload as TicketKeyAdded).jwk]);
  },
};

/** What the attendance service does on the facts of others: it keeps doors, the admission list and the keys of codes. */
export function attendanceFactConsumer(inbox: Inbox): FactConsumer {
  return {
    name: 'attendance',
    types: Object.keys(effects),
    handle: async (fact: Fact) => {
      await inbox.once(fact, async (transaction) => {
        await effects[fact.type]?.(transaction, fact.payload);
      });
    },
  };
}

function doorOf({ eventId, status, admission, entryPolicy, timezone, gates, updatedAt }: EventChanged): Door {
  return { eventId, status, admission, entryPolicy, timezone, gates, updatedAt: new Date(updatedAt) };
}

function listedTicketOf({ validFrom, validUntil, ...ticket }: TicketChanged): ListedTicket {
  return { ...ticket, validFrom: momentOf(validFrom), validUntil: momentOf(validUntil) };
}

function momentOf(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
