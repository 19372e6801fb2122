import { isUuid } from '@tixgo/platform/ids.ts';
import type { CheckInResolvers } from '../generated/resolver-types.ts';

export const CheckIn: CheckInResolvers = {
  __resolveReference: async ({ id }, { attendance }) => (await attendance.findCheckIn(id)) ?? null,
  event: ({ eventId }) => ({ id: eventId }),
  // Its owner answers null for one that it did not issue.
  ticket: ({ ticketId }) => (isUuid(ticketId) ? { id: ticketId } : null),
  importedTicket: async ({ eventId, ticketId }, _args, { imports }) =>
    await imports.findImportedTicket(eventId, ticketId),
  checkedInAt: ({ at }) => at,
  checkedInBy: ({ by }) => by,
};
