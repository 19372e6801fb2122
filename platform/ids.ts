import { v7, validate } from 'uuid';
import { notFound } from './errors.ts';

/** A UUIDv7: sorts by time, so that the newest rows sit together in an index and a cursor can be the id alone. */
export function newId(at?: Date): string {
  return at === undefined ? v7() : v7({ msecs: at.getTime() });
}

/** Guards `uuid` columns, which answer a malformed id with an error instead of no row. */
export function isUuid(id: string): boolean {
  return validate(id);
}

/** @throws NOT_FOUND for what cannot be the id of anything */
export function assertUuid(id: string, what: string): void {
  if (!isUuid(id)) throw notFound(what);
}
