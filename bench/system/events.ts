import { ask } from './ask.ts';

export const gates = ['North', 'East', 'South', 'West'] as const;

/** Publishes an event with an OPEN door that admits each ticket once. */
export async function createEvent(origin: string, id: string): Promise<void> {
  const startsAt = new Date();
  const endsAt = new Date(startsAt.getTime() + 12 * 3_600_000);
  await ask(origin, 'mutation($input: CreateEventInput!) { createEvent(input: $input) { id } }', {
    input: { id, name: id, startsAt, endsAt, timezone: 'UTC', admission: 'OPEN', entryPolicy: 'ONCE', gates },
  });
  // The door learns of the event here, so that no timing pays for it.
  await ask(origin, 'query($id: ID!) { attendance(eventId: $id) { totalCheckedIn } }', { id });
}

export interface Attendance {
  readonly totalCheckedIn: number;
  readonly refused: number;
  readonly records: number;
  /** Counted in the log itself, not in a counter row. */
  readonly logged: number;
  /** Summed over the gates, and over the timeline: projections of their own. */
  readonly atGates: number;
  readonly entries: number;
}

interface AttendanceAnswer {
  readonly attendance: {
    readonly totalCheckedIn: number;
    readonly refused: number;
    readonly records: { readonly totalCount: number };
    readonly entries: { readonly totalCount: number };
    readonly gates: readonly { readonly checkedIn: number }[];
    readonly timeline: readonly { readonly entries: number }[];
  };
}

/** Every count that the API gives of an event. */
export async function countAttendance(origin: string, id: string): Promise<Attendance> {
  const { attendance } = await ask<AttendanceAnswer>(
    origin,
    `query($id: ID!) {
      attendance(eventId: $id) {
        totalCheckedIn
        refused
        records(first: 1) { totalCount }
        entries: records(first: 1, filter: { direction: ENTRY }) { totalCount }
        gates { checkedIn }
        timeline(bucket: DAY) { entries }
      }
    }`,
    { id },
  );
  return {
    totalCheckedIn: attendance.totalCheckedIn,
    refused: attendance.refused,
    records: attendance.records.totalCount,
    logged: attendance.entries.totalCount,
    atGates: attendance.gates.reduce((total, gate) => total + gate.checkedIn, 0),
    entries: attendance.timeline.reduce((total, bucket) => total + bucket.entries, 0),
  };
}

/** Whether the door would refuse the ticket and name the check-in that used it. */
export async function isUsed(origin: string, eventId: string, ticketId: string): Promise<boolean> {
  const { verifyTicket } = await ask<{
    verifyTicket: { admissible: boolean; previous: { ticketId: string } | null };
  }>(
    origin,
    `query($eventId: ID!, $ticketId: ID!) {
      verifyTicket(eventId: $eventId, ticketId: $ticketId) { admissible previous { ticketId } }
    }`,
    { eventId, ticketId },
  );
  return !verifyTicket.admissible && verifyTicket.previous?.ticketId === ticketId;
}
