import type { Transaction } from '@tixgo/platform/database/database.ts';
import { unauthenticated } from '@tixgo/platform/errors.ts';
import type { NewFact } from '@tixgo/platform/facts/fact.ts';
import { changeMoment, issueMoment } from '../domain/access-moment.ts';
import { judgePresentation, type RefreshToken, type SessionRecord } from '../domain/session.ts';
import type { UserRecord } from '../domain/user.ts';
import {
  dropExpiredTokens,
  endSession,
  findRefreshToken,
  findTokenOwner,
  lockSession,
  markTokenUsed,
  noteSessionUse,
} from '../store/session-store.ts';
import { lockAccount } from '../store/user-store.ts';
import type { IdentityDependencies } from './dependencies.ts';
import { userAccessChanged } from './identity-facts.ts';
import { giveTokens, type SignIn } from './open-session.ts';

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
  dependencies: IdentityDependencies,
  transaction: Transaction,
  presented: string,
  { session, user }: HeldToken,
  now: Date,
): Promise<SignIn> {
  const issuedAt = issueMoment(now, user.accessChangedAt);
  const { refreshTokens } = dependencies;
  const refreshToken = refreshTokens.successorOf(presented);
  await dropExpiredTokens(transaction, session.id, now);
  await markTokenUsed(transaction, refreshTokens.hash(presented), now);
  await noteSessionUse(transaction, session.id, issuedAt);
  const sessionId = session.id;
  return await giveTokens(dependencies, transaction, { user, sessionId, refreshToken, issuedAt, now });
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
