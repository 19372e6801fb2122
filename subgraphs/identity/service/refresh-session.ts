import type { Transaction } from '@tixgo/platform/database/database.ts';
import { unauthenticated } from '@tixgo/platform/errors.ts';
import type { NewFact } from '@tixgo/platform/facts/fact.ts';
import { changeMoment, issueMoment } from '../domain/access-moment.ts';
import {
  judgePresentation,
  type RefreshToken,
  refreshTokenLifetime,
  type SessionRecord,
} from '../domain/session.ts';
import type { UserRecord } from '../domain/user.ts';
import {
  dropExpiredTokens,
  endSession,
  findRefreshToken,
  findTokenOwner,
  insertRefreshToken,
  lockSession,
  markTokenUsed,
  noteSessionUse,
} from '../store/session-store.ts';
import { lockAccount } from '../store/user-store.ts';
import type { IdentityDependencies } from './dependencies.ts';
import { userAccessChanged } from './identity-facts.ts';
import type { SignIn } from './open-session.ts';

interface HeldToken {
  readonly token: RefreshToken;
  readonly session: SessionRecord;
  readonly user: UserRecord;
}

export const refreshSession =
  (dependencies: IdentityDependencies) =>
  async (presented: string): Promise<SignIn> => {
    const { outbox, clock, refreshTokens } = dependencies;
    const refreshed = await outbox.transaction(async (transaction, tell) => {
      const now = clock();
      const held = await holdToken(transaction, refreshTokens.hash(presented));
      if (!held || held.session.endedAt !== null || held.user.bannedAt !== null) return undefined;
      const presentation = judgePresentation(held.token, now);
      if (presentation === 'VALID') return await rotate(dependencies, transaction, presented, held, now);
      if (presentation === 'REUSED') await revoke(transaction, tell, held.session, clock());
      return undefined;
    });
    // Not thrown within: the revocation must be committed.
    if (!refreshed) throw unauthenticated('The refresh token is not valid any longer; sign in again.');
    return refreshed;
  };

/** User, then session: in the order in which everything here locks, and with no more than one session's tokens waiting. */
async function holdToken(transaction: Transaction, hash: string): Promise<HeldToken | undefined> {
  const owner = await findTokenOwner(transaction, hash);
  if (!owner) return undefined;
  const user = await lockAccount(transaction, owner.userId, 'share');
  const session = await lockSession(transaction, owner.sessionId);
  const token = await findRefreshToken(transaction, hash);
  return user && session && token && { token, session, user };
}

async function rotate(
  { accessTokens, refreshTokens }: IdentityDependencies,
  transaction: Transaction,
  presented: string,
  { session, user }: HeldToken,
  now: Date,
): Promise<SignIn> {
  const issuedAt = issueMoment(now, user.accessChangedAt);
  const refreshToken = refreshTokens.successorOf(presented);
  await dropExpiredTokens(transaction, session.id, now);
  await markTokenUsed(transaction, refreshTokens.hash(presented), now);
  await insertRefreshToken(transaction, {
    hash: refreshTokens.hash(refreshToken),
    sessionId: session.id,
    issuedAt,
    expiresAt: new Date(now.getTime() + refreshTokenLifetime),
  });
  await noteSessionUse(transaction, session.id, issuedAt);
  const { id, username, role } = user;
  const { token, expiresAt } = accessTokens.issue({ id, username, role, sessionId: session.id, issuedAt });
  return { accessToken: token, refreshToken, expiresAt, user };
}

async function revoke(
  transaction: Transaction,
  tell: (fact: NewFact) => void,
  { id, userId, lastUsedAt }: SessionRecord,
  now: Date,
): Promise<void> {
  const at = changeMoment(now, lastUsedAt);
  await endSession(transaction, id, at);
  tell(userAccessChanged({ userId, at, sessionId: id, reason: 'REUSE_DETECTED' }));
}
