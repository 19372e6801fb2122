import { badUserInput } from './errors.ts';

/** What a client may leave out or give as null. */
export type Optional<T> = T | null | undefined;

/** What may be left as it is, but not taken away. @throws BAD_USER_INPUT for null */
export function given<T>(field: string, value: T | null): T {
  if (value === null) throw badUserInput(field, `${field} cannot be taken away.`);
  return value;
}
