import type { Transaction } from '@tixgo/platform/database/database.ts';
import { conflict } from '@tixgo/platform/errors.ts';
import type { Account } from '../domain/user.ts';
import { lockActiveAdmins } from '../store/user-store.ts';
import { getLockedAccount } from './change-access.ts';

/**
 * Holds the row of a user who may lose ADMIN by what follows, and those of all admins: of two admins who remove each
 * other at once the second sees that they are the last.
 * @throws NOT_FOUND, and CONFLICT for the last admin who can act
 */
export async function getLockedDispensable(transaction: Transaction, id: string): Promise<Account> {
  const admins = await lockActiveAdmins(transaction);
  const account = await getLockedAccount(transaction, id);
  const isActiveAdmin = account.role === 'ADMIN' && account.bannedAt === null;
  if (isActiveAdmin && admins.every((admin) => admin === account.id)) {
    throw conflict('This is the last ADMIN; make somebody else one first.');
  }
  return account;
}
