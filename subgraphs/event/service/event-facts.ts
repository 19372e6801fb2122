import { type CatalogueFact, newFact } from '@tixgo/schema/facts/new-fact.ts';
import type { EventRecord } from '../domain/event.ts';

export function eventChanged(event: EventRecord): CatalogueFact<'event.changed'> {
  const { id, name, status, admission, entryPolicy, timezone, gates, capacity, startsAt, endsAt, updatedAt } =
    event;
  const payload = {
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
  };
  return newFact('event.changed', id, payload, updatedAt);
}

export function eventDeleted({ id, updatedAt }: EventRecord): CatalogueFact<'event.deleted'> {
  return newFact('event.deleted', id, { eventId: id, updatedAt: updatedAt.toISOString() }, updatedAt);
}
