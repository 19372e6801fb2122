import { timestamp } from 'drizzle-orm/pg-core';

/** A point in time. It has milliseconds, as a `Date` does: what is read compares equal to what was written. */
export function moment(name: string) {
  return timestamp(name, { withTimezone: true, precision: 3 });
}
