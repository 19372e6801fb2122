import type { AttendanceResolvers } from '../generated/resolver-types.ts';

export const Attendance: AttendanceResolvers = {
  __resolveReference: ({ eventId }) => ({ eventId }),
  event: ({ eventId }) => ({ id: eventId }),
  totalCheckedIn: async ({ eventId }, _args, { attendance }) => (await attendance.tally(eventId)).checkedIn,
  inside: async ({ eventId }, _args, { attendance }) => (await attendance.tally(eventId)).inside,
  refused: async ({ eventId }, _args, { attendance }) => (await attendance.tally(eventId)).refused,
  expected: async ({ eventId }, _args, { attendance }) => (await attendance.tally(eventId)).expected,
  records: async ({ eventId }, args, { attendance }) => await attendance.records(eventId, args),
  refusals: async ({ eventId }, args, { attendance }) => await attendance.refusals(eventId, args),
  timeline: async ({ eventId }, { bucket }, { attendance }) =>
    await attendance.timeline(eventId, bucket ?? 'HOUR'),
  gates: async ({ eventId }, _args, { attendance }) => await attendance.gates(eventId),
};
