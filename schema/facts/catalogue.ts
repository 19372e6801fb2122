import { ATTENDANCE_STARTED, type AttendanceStarted } from './attendance.ts';
import { EVENT_CHANGED, EVENT_DELETED, type EventChanged, type EventDeleted } from './event.ts';
import { USER_ACCESS_CHANGED, type UserAccessChanged } from './identity.ts';

/** Every fact that crosses from one service to another: its type and what it carries. */
export interface FactCatalogue {
  [ATTENDANCE_STARTED]: AttendanceStarted;
  [EVENT_CHANGED]: EventChanged;
  [EVENT_DELETED]: EventDeleted;
  [USER_ACCESS_CHANGED]: UserAccessChanged;
}

export type FactType = keyof FactCatalogue;

/**
 * Version of each payload's shape. A new optional field leaves it; what an older consumer would misread raises
 * it, and consumers learn to read the new version before anyone publishes it.
 */
export const factVersions: Readonly<Record<FactType, number>> = {
  [ATTENDANCE_STARTED]: 1,
  [EVENT_CHANGED]: 1,
  [EVENT_DELETED]: 1,
  [USER_ACCESS_CHANGED]: 1,
};
