import { conflict, notFound } from '@tixgo/platform/errors.ts';
import { assertUuid } from '@tixgo/platform/ids.ts';
import { deleteUnsoldType, lockTicketTypes } from '../store/ticket-type-store.ts';
import type { TicketDependencies } from './dependencies.ts';

/** @throws NOT_FOUND, CONFLICT once somebody ordered one */
export const deleteTicketType =
  ({ database }: TicketDependencies) =>
  async (id: string): Promise<void> => {
    assertUuid(id, 'ticket type');
    await database.transaction(async (transaction) => {
      const [type] = await lockTicketTypes(transaction, [id]);
      if (!type) throw notFound('ticket type');
      if (!(await deleteUnsoldType(transaction, id)))
        throw conflict('Somebody ordered this type; end its sale instead.');
    });
  };
