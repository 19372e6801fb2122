import type { UserViewer } from '@tixgo/platform/viewer.ts';
import type { UserRecord } from '../domain/user.ts';
import { dropReset } from '../store/password-reset-store.ts';
import { updateUser } from '../store/user-store.ts';
import type { Caller, IdentityDependencies } from './dependencies.ts';
import { cleanEmail } from './identity-input.ts';
import { lockProved, proveOwner } from './own-account.ts';

export interface ChangeEmailInput {
  /** Null: none. */
  readonly email?: string | null | undefined;
  readonly currentPassword: string;
}

/** Takes the password, as whoever has the address can have the password reset. */
export const changeEmail =
  (dependencies: IdentityDependencies) =>
  async (viewer: UserViewer, input: ChangeEmailInput, caller: Caller = {}): Promise<UserRecord> => {
    const email = cleanEmail(input.email);
    const proved = await proveOwner(dependencies, viewer, input.currentPassword, caller);
    return await dependencies.database.transaction(async (transaction) => {
      const current = await lockProved(transaction, proved);
      // What went to the old address is no longer its owner's.
      await dropReset(transaction, current.id);
      return await updateUser(transaction, current.id, { email });
    });
  };
