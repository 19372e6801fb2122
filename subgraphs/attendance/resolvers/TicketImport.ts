import type { TicketImportResolvers } from '../generated/resolver-types.ts';

export const TicketImport: TicketImportResolvers = {
  event: ({ eventId }) => ({ id: eventId }),
  errors: async ({ id }, args, { imports }) => await imports.errors(id, args),
};
