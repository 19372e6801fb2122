import type { EventStatus } from './event.ts';

/** The one table of how an event's status moves. Nothing else changes it. */
const transitions: Readonly<Record<EventStatus, readonly EventStatus[]>> = {
  DRAFT: ['PUBLISHED'],
  PUBLISHED: ['CANCELED'],
  CANCELED: [],
};

/** From which statuses an event may become `to`: what a conditional update asks for. */
export function sourcesOf(to: EventStatus): EventStatus[] {
  return (Object.keys(transitions) as EventStatus[]).filter((from) => transitions[from].includes(to));
}
