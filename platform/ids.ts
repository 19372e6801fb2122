import { v7, validate } from 'uuid';
import { notFound } from './errors.ts';

/** A UUIDv7: sorts by time, so that the newest rows sit together in an index and a cursor can be the id alone. */
export function newId(at?: Date): string {
  return at === undefined ? v7() : v7({ msecs: at.getTime() });
}

/** When an id of `newId` was made, in milliseconds since 1970: its first 48 bits (RFC 9562, 5.7). */
export function timeOfId(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** Guards `uuid` columns, which answer a malformed id with an error instead of no row. */
export function isUuid(id: string): boolean {
  return validate(id);
}

/** @throws NOT_FOUND for what cannot be the id of anything */
export function assertUuid(id: string, what: string): void {
  if (!isUuid(id)) throw notFound(what);
}
