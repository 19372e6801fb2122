import type { CheckInResolvers } from '../generated/resolver-types.ts';

export const CheckIn: CheckInResolvers = {
  __resolveReference: async ({ id }, { attendance }) => (await attendance.findCheckIn(id)) ?? null,
  event: ({ eventId }) => ({ id: eventId }),
  checkedInAt: ({ at }) => at,
  checkedInBy: ({ by }) => by,
};
