import type { Viewer } from '@tixgo/platform/viewer.ts';
import { lockAccount } from '../store/user-store.ts';
import { changeAccess } from './change-access.ts';
import type { IdentityDependencies } from './dependencies.ts';
import { endOwnSession } from './end-session.ts';

/** Whether a session was ended. */
export const logout =
  (dependencies: IdentityDependencies) =>
  async (viewer: Viewer, everywhere: boolean): Promise<boolean> => {
    if (viewer.kind !== 'user') return false;
    return everywhere
      ? await endAllSessions(dependencies, viewer.id)
      : await endOwnSession(dependencies, viewer, viewer.sessionId);
  };

async function endAllSessions({ outbox, clock }: IdentityDependencies, userId: string): Promise<boolean> {
  return await outbox.transaction(async (transaction, tell) => {
    const account = await lockAccount(transaction, userId, 'update');
    if (!account) return false;
    const { endedSessions } = await changeAccess(transaction, tell, account, {
      reason: 'LOGGED_OUT',
      now: clock(),
      change: () => ({}),
      endsSessions: true,
    });
    return endedSessions > 0;
  });
}
