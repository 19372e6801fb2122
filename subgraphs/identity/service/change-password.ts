import { forbidden, unauthenticated } from '@tixgo/platform/errors.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import { usernameKey } from '../domain/username.ts';
import { findAccount, lockAccount } from '../store/user-store.ts';
import { changeAccess } from './change-access.ts';
import { checkPassword } from './check-password.ts';
import type { Caller, IdentityDependencies } from './dependencies.ts';
import { assertPassword } from './identity-input.ts';
import { openSession, type SignIn } from './open-session.ts';
import { invalidCredentials } from './refusals.ts';

export interface ChangePasswordInput {
  readonly currentPassword: string;
  readonly newPassword: string;
}

export const changePassword =
  (dependencies: IdentityDependencies) =>
  async (viewer: UserViewer, input: ChangePasswordInput, caller: Caller = {}): Promise<SignIn> => {
    const { database, outbox, clock, passwords } = dependencies;
    assertPassword(input.newPassword, 'newPassword');
    const account = await findAccount(database, viewer.id);
    if (!account) throw unauthenticated();
    const attempt = {
      usernameKey: usernameKey(account.username),
      account,
      password: input.currentPassword,
      caller,
    };
    await checkPassword(dependencies, attempt);
    const passwordHash = await passwords.hash(input.newPassword);
    return await outbox.transaction(async (transaction, tell) => {
      const current = await lockAccount(transaction, viewer.id, 'update');
      if (current?.passwordHash !== account.passwordHash) throw invalidCredentials();
      if (current.bannedAt !== null) throw forbidden('This account is banned.');
      const now = clock();
      const changed = await changeAccess(transaction, tell, current, {
        reason: 'PASSWORD_CHANGED',
        now,
        change: () => ({ passwordHash }),
        endsSessions: true,
      });
      return await openSession(dependencies, transaction, changed.account, now, caller);
    });
  };
