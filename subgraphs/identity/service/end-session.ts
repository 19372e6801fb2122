import { notFound } from '@tixgo/platform/errors.ts';
import { assertUuid } from '@tixgo/platform/ids.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import { changeMoment } from '../domain/access-moment.ts';
import { lockSession, endSession as markSessionEnded } from '../store/session-store.ts';
import type { IdentityDependencies } from './dependencies.ts';
import { userAccessChanged } from './identity-facts.ts';

/** @throws NOT_FOUND, also for another's and for one that has ended */
export const endSession =
  (dependencies: IdentityDependencies) =>
  async (viewer: UserViewer, id: string): Promise<void> => {
    assertUuid(id, 'session');
    if (!(await endOwnSession(dependencies, viewer, id))) throw notFound('session');
  };

/** Whether a session of the user's was ended. */
export async function endOwnSession(
  { outbox, clock }: IdentityDependencies,
  viewer: UserViewer,
  sessionId: string,
): Promise<boolean> {
  return await outbox.transaction(async (transaction, tell) => {
    const session = await lockSession(transaction, sessionId);
    if (session?.userId !== viewer.id || session.endedAt !== null) return false;
    const at = changeMoment(clock(), session.lastUsedAt);
    await markSessionEnded(transaction, sessionId, at);
    tell(userAccessChanged({ userId: viewer.id, at, sessionId, reason: 'LOGGED_OUT' }));
    return true;
  });
}
