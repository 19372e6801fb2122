import type { UserRecord } from '../domain/user.ts';
import { updateUser } from '../store/user-store.ts';
import { getLockedAccount } from './change-access.ts';
import type { IdentityDependencies } from './dependencies.ts';

/** @throws NOT_FOUND */
export const unbanUser =
  ({ database }: IdentityDependencies) =>
  async (userId: string): Promise<UserRecord> =>
    await database.transaction(async (transaction) => {
      const user = await getLockedAccount(transaction, userId);
      if (user.bannedAt === null) return user;
      return await updateUser(transaction, user.id, { bannedAt: null, banReason: null });
    });
