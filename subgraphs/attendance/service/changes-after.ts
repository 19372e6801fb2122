import { badUserInput } from '@tixgo/platform/errors.ts';
import { isUuid, newId, timeOfId } from '@tixgo/platform/ids.ts';
import { ATTENDANCE_CHANGED } from '@tixgo/schema/facts/attendance.ts';
import { type ChangeRow, readChangesFrom } from '../store/change-store.ts';
import type { AttendanceDependencies } from './dependencies.ts';

/** How far back it can be looked, in milliseconds: whoever was away for longer reads the list. */
export const furthestBack = 60 * 60_000;
/** In milliseconds: longer than they are looked for, by what clocks may differ and a broker be away. */
export const changeRetention = 2 * furthestBack;
const mostChanges = 1_000;
/** Between the clocks of replicas, which make the ids, in milliseconds. */
const clockSkew = 60_000;

/**
 * What changed at an event after a check-in, in the order of commits. No place in the order of ids would do: an id is made
 * before its scan waits to be decided, and by the clock of one replica of several.
 * Undefined when that is longer ago, or more, than can be told, and when the event has no such check-in.
 * @throws BAD_USER_INPUT
 */
export const changesAfter =
  ({ database, clock }: AttendanceDependencies) =>
  async (eventId: string, after: string): Promise<readonly ChangeRow[] | undefined> => {
    if (!isUuid(after)) throw badUserInput('after', 'after is not the id of a check-in.');
    const checkInId = after.toLowerCase();
    const madeAt = timeOfId(checkInId);
    if (madeAt < clock().getTime() - furthestBack) return undefined;
    const since = newId(new Date(madeAt - clockSkew));
    const [first, ...later] = await readChangesFrom(
      database,
      { type: ATTENDANCE_CHANGED, eventId, checkInId, since },
      mostChanges + 1,
    );
    if (!first || later.length === mostChanges) return undefined;
    const behind = first.checkInIds.slice(first.checkInIds.indexOf(checkInId) + 1);
    return [{ ...first, checkInIds: behind }, ...later];
  };
