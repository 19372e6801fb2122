import type { NewFact } from '@tixgo/platform/facts/fact.ts';
import type { EventChanged, EventDeleted } from '@tixgo/schema/facts/event.ts';
import type { EventRecord } from '../domain/event.ts';

export function eventChanged(event: EventRecord): NewFact<'event.changed', EventChanged> {
  const { id, name, status, admission, entryPolicy, timezone, gates, capacity, startsAt, endsAt, updatedAt } =
    event;
  return {
    type: 'event.changed',
    version: 1,
    key: id,
    occurredAt: updatedAt.toISOString(),
    payload: {
      eventId: id,
      name,
      status,
      admission,
      entryPolicy,
      timezone,
      gates,
      capacity,
      startsAt: startsAt.toISOString(),
      endsAt: endsAt.toISOString(),
      updatedAt: updatedAt.toISOString(),
    },
  };
}

export function eventDeleted({ id, updatedAt }: EventRecord): NewFact<'event.deleted', EventDeleted> {
  const at = updatedAt.toISOString();
  return {
    type: 'event.deleted',
    version: 1,
    key: id,
    occurredAt: at,
    payload: { eventId: id, updatedAt: at },
  };
}
