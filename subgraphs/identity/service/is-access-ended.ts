import type { UserViewer } from '@tixgo/platform/viewer.ts';
import { findSession } from '../store/session-store.ts';
import { findAccount } from '../store/user-store.ts';
import type { IdentityDependencies } from './dependencies.ts';

/** Whether a token's access was ended before it expires; asked where the rows are, so that it is exact. */
export const isAccessEnded =
  ({ database }: IdentityDependencies) =>
  async ({
    id,
    sessionId,
    issuedAt,
  }: Pick<UserViewer, 'id' | 'sessionId' | 'issuedAt'>): Promise<boolean> => {
    const [account, session] = await Promise.all([
      findAccount(database, id),
      findSession(database, sessionId),
    ]);
    if (!account || account.bannedAt !== null || account.accessChangedAt > issuedAt) return true;
    // Tokens of no session that is known are whoever's who has the secret.
    return session !== undefined && session.endedAt !== null && session.endedAt > issuedAt;
  };
