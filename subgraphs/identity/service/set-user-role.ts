import type { Role } from '../domain/role.ts';
import type { UserRecord } from '../domain/user.ts';
import { changeAccess, getLockedAccount } from './change-access.ts';
import type { IdentityDependencies } from './dependencies.ts';
import { getLockedDispensable } from './last-admin.ts';

/** @throws NOT_FOUND, and CONFLICT when no ADMIN would be left */
export const setUserRole =
  ({ outbox, clock }: IdentityDependencies) =>
  async (userId: string, role: Role): Promise<UserRecord> =>
    await outbox.transaction(async (transaction, tell) => {
      const getLocked = role === 'ADMIN' ? getLockedAccount : getLockedDispensable;
      const user = await getLocked(transaction, userId);
      if (user.role === role) return user;
      const { account } = await changeAccess(transaction, tell, user, {
        reason: 'ROLE_CHANGED',
        now: clock(),
        change: () => ({ role }),
        endsSessions: false,
      });
      return account;
    });
