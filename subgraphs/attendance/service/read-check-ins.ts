import type { CheckInRecord } from '../domain/door.ts';
import { readCheckIns } from '../store/scan-lists.ts';
import type { AttendanceDependencies } from './dependencies.ts';

/** 400 kB of memory, and at a million rows a thousand statements. */
const pageSize = 1_000;

/** Every check-in of an event, oldest first, a page at a time as they are taken. */
export const checkInPages = ({ database }: AttendanceDependencies) =>
  async function* (eventId: string): AsyncGenerator<readonly CheckInRecord[]> {
    let after: string | null = null;
    for (;;) {
      const page: CheckInRecord[] = await readCheckIns(database, eventId, after, pageSize);
      yield page;
      if (page.length < pageSize) return;
      after = page.at(-1)?.id ?? null;
    }
  };
