import { dateTimeScalar } from '@tixgo/platform/graphql/date-time.ts';
import {
  type CheckInRow,
  checkInRow,
  countsOf,
  eventCount,
  eventId,
  numberOf,
  recordsPerEvent,
  scannerOf,
} from '../world.ts';

interface Attendance {
  readonly eventId: string;
  totalCheckedIn: number;
  inside: number;
  readonly records: readonly CheckInRow[];
}

interface Scan {
  readonly input: { readonly eventId: string; readonly ticketId: string; readonly gate?: string | null };
}

/** In memory; of a scan it keeps the count alone, so that a million of them take no more than one. */
export function attendanceResolvers(): object {
  const attendances = new Map(
    Array.from({ length: eventCount }, (_, number) => [number, attendanceOf(number)]),
  );
  const find = (id: string) => attendances.get(numberOf(id)) ?? null;
  return {
    DateTime: dateTimeScalar,
    Query: { attendance: (_root: unknown, { eventId: id }: { eventId: string }) => find(id) },
    Mutation: {
      checkIn: (_root: unknown, { input }: Scan) => {
        const attendance = find(input.eventId);
        if (!attendance) throw new Error(`There is no event ${input.eventId}.`);
        attendance.totalCheckedIn += 1;
        attendance.inside += 1;
        return acceptedScan(input);
      },
    },
    Attendance: {
      __resolveReference: ({ eventId: id }: { eventId: string }) => find(id),
      records: ({ records }: Attendance, { first, until }: { first: number; until?: number | null }) => ({
        edges: records.slice(0, Math.min(first, until ?? first)).map((node) => ({ node })),
      }),
    },
    CheckIn: {
      checkedInBy: ({ checkedInById }: CheckInRow) => ({ __typename: 'User', id: checkedInById }),
    },
  };
}

function attendanceOf(number: number): Attendance {
  const records = Array.from({ length: recordsPerEvent }, (_, place) => checkInRow(number, place));
  return { eventId: eventId(number), ...countsOf(number), records };
}

function acceptedScan({ ticketId, gate }: Scan['input']): CheckInRow {
  return {
    id: `scan-${ticketId}`,
    ticketId,
    gate: gate ?? 'Gate 0',
    checkedInAt: new Date(),
    checkedInById: scannerOf(ticketId),
  };
}
