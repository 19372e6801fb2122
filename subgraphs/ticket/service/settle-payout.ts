import { conflict, notFound } from '@tixgo/platform/errors.ts';
import { assertUuid } from '@tixgo/platform/ids.ts';
import type { PayoutRecord } from '../domain/payout.ts';
import { findPayouts, settleDuePayout } from '../store/payout-store.ts';
import type { TicketDependencies } from './dependencies.ts';

/** Notes a payout as made. @throws NOT_FOUND, CONFLICT for one that is held back or was called off */
export const settlePayout =
  ({ database, clock }: TicketDependencies) =>
  async (id: string): Promise<PayoutRecord> => {
    assertUuid(id, 'payout');
    return await database.transaction(async (transaction) => {
      const settled = await settleDuePayout(transaction, id, clock());
      const payout = settled ?? (await findPayouts(transaction, [id]))[0];
      if (!payout) throw notFound('payout');
      if (payout.status === 'CANCELED') throw conflict('The payout was called off.');
      if (payout.status === 'HELD')
        throw conflict('A payment behind the payout is disputed, or on its way back.');
      return payout;
    });
  };
