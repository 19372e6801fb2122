import type { UserViewer } from '@tixgo/platform/viewer.ts';
import { dropReset } from '../store/password-reset-store.ts';
import type { Caller, IdentityDependencies } from './dependencies.ts';
import { assertPassword } from './identity-input.ts';
import type { SignIn } from './open-session.ts';
import { lockProved, proveOwner } from './own-account.ts';
import { setPassword } from './set-password.ts';
import { askerOf } from './throttle.ts';

export interface ChangePasswordInput {
  readonly currentPassword: string;
  readonly newPassword: string;
}

export const changePassword =
  (dependencies: IdentityDependencies) =>
  async (viewer: UserViewer, input: ChangePasswordInput, caller: Caller = {}): Promise<SignIn> => {
    assertPassword(input.newPassword, 'newPassword');
    const proved = await proveOwner(dependencies, viewer, input.currentPassword, caller);
    const passwordHash = await dependencies.passwords.hash(input.newPassword, askerOf(caller));
    return await dependencies.outbox.transaction(async (transaction, tell) => {
      const current = await lockProved(transaction, proved);
      await dropReset(transaction, current.id);
      return await setPassword(dependencies, transaction, tell, { account: current, passwordHash, caller });
    });
  };
