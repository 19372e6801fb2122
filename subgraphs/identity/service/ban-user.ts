import { cleanText } from '@tixgo/platform/input-text.ts';
import type { UserRecord } from '../domain/user.ts';
import { changeAccess } from './change-access.ts';
import type { IdentityDependencies } from './dependencies.ts';
import { getLockedDispensable } from './last-admin.ts';

/**
 * The first ban of a user who is banned already stands.
 * @throws NOT_FOUND, and CONFLICT when no ADMIN would be left
 */
export const banUser =
  ({ outbox, clock }: IdentityDependencies) =>
  async (userId: string, reason: string): Promise<UserRecord> => {
    const banReason = cleanText(reason, { field: 'reason', max: 500 });
    return await outbox.transaction(async (transaction, tell) => {
      const user = await getLockedDispensable(transaction, userId);
      if (user.bannedAt !== null) return user;
      const { account } = await changeAccess(transaction, tell, user, {
        reason: 'BANNED',
        now: clock(),
        change: (at) => ({ bannedAt: at, banReason }),
        endsSessions: true,
      });
      return account;
    });
  };
