import type { Viewer } from '@tixgo/platform/viewer.ts';
import { changeMoment } from '../domain/access-moment.ts';
import { endSession, lockSession } from '../store/session-store.ts';
import { lockAccount } from '../store/user-store.ts';
import { changeAccess } from './change-access.ts';
import type { IdentityDependencies } from './dependencies.ts';
import { userAccessChanged } from './identity-facts.ts';

/** Whether a session was ended. */
export const logout =
  (dependencies: IdentityDependencies) =>
  async (viewer: Viewer, everywhere: boolean): Promise<boolean> => {
    if (viewer.kind !== 'user') return false;
    return everywhere
      ? await endAllSessions(dependencies, viewer.id)
      : await endOneSession(dependencies, viewer.sessionId);
  };

async function endOneSession({ outbox, clock }: IdentityDependencies, sessionId: string): Promise<boolean> {
  return await outbox.transaction(async (transaction, tell) => {
    const session = await lockSession(transaction, sessionId);
    if (!session || session.endedAt !== null) return false;
    const at = changeMoment(clock(), session.lastUsedAt);
    await endSession(transaction, sessionId, at);
    tell(userAccessChanged({ userId: session.userId, at, sessionId, reason: 'LOGGED_OUT' }));
    return true;
  });
}

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
