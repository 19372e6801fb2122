import { notFound } from '@tixgo/platform/errors.ts';
import type { Door } from '../domain/door.ts';
import { findDoor, keepDoor } from '../store/door-store.ts';
import type { AttendanceDependencies } from './dependencies.ts';

/** The fields of the owner's entity that a door is made of. */
const doorFields = 'id status admission entryPolicy timezone gates updatedAt';

/**
 * The door of an event. Facts may be behind: of an event that is not known here its owner is asked once.
 * @throws NOT_FOUND, and SUBGRAPH_UNAVAILABLE when the owner of an unknown event does not answer
 */
export async function getDoor(dependencies: AttendanceDependencies, eventId: string): Promise<Door> {
  const door = (await findDoor(dependencies.database, eventId)) ?? (await learnDoor(dependencies, eventId));
  if (!door) throw notFound('event');
  return door;
}

/** Asks the owner and keeps what it says; undefined when it knows no such event. */
export async function learnDoor(
  { database, lookup }: AttendanceDependencies,
  eventId: string,
): Promise<Door | undefined> {
  const event = await lookup('event', 'Event', { id: eventId }, doorFields);
  if (!event) return undefined;
  const { id, updatedAt, ...known } = event as unknown as Omit<Door, 'eventId' | 'updatedAt'> & {
    id: string;
    updatedAt: string;
  };
  await database.transaction(async (transaction) => {
    await keepDoor(transaction, { ...known, eventId: id, updatedAt: new Date(updatedAt) });
  });
  // A deletion that came first stays: what is kept decides.
  return await findDoor(database, eventId);
}
