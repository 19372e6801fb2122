import { badUserInput } from '@tixgo/platform/errors.ts';
import { isUuid } from '@tixgo/platform/ids.ts';
import { isEventId } from '@tixgo/schema/facts/event-id.ts';

/** @throws BAD_USER_INPUT */
export function assertFilterEventId(id: string | null): void {
  if (id !== null && !isEventId(id))
    throw badUserInput('filter.eventId', 'filter.eventId is not the id of an event.');
}

/** @throws BAD_USER_INPUT */
export function assertFilterUserId(name: string, id: string | null): void {
  if (id !== null && !isUuid(id))
    throw badUserInput(`filter.${name}`, `filter.${name} is not the id of a user.`);
}
