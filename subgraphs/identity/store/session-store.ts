import type { Queryable, Transaction } from '@tixgo/platform/database/database.ts';
import { and, desc, eq, gt, isNull, lte, max, sql } from 'drizzle-orm';
import type { RefreshToken, SessionRecord } from '../domain/session.ts';
import { refreshTokens, sessions } from './tables.ts';

export async function insertSession(transaction: Transaction, session: SessionRecord): Promise<void> {
  await transaction.insert(sessions).values(session);
}

export async function findSession(database: Queryable, id: string): Promise<SessionRecord | undefined> {
  const [session] = await database.select().from(sessions).where(eq(sessions.id, id));
  return session;
}

/** Holds the row until the transaction ends: what happens to the tokens of one session happens in turn. */
export async function lockSession(transaction: Transaction, id: string): Promise<SessionRecord | undefined> {
  const [session] = await transaction.select().from(sessions).where(eq(sessions.id, id)).for('update');
  return session;
}

export async function noteSessionUse(transaction: Transaction, id: string, at: Date): Promise<void> {
  // Greatest: a moment that other moments are measured by must not go back with somebody's clock.
  const lastUsedAt = sql`greatest(${sessions.lastUsedAt}, ${at.toISOString()}::timestamptz)`;
  await transaction.update(sessions).set({ lastUsedAt }).where(eq(sessions.id, id));
}

export async function endSession(transaction: Transaction, id: string, at: Date): Promise<void> {
  await transaction.update(sessions).set({ endedAt: at }).where(eq(sessions.id, id));
}

const isOpenOf = (userId: string) => and(eq(sessions.userId, userId), isNull(sessions.endedAt));

/** How many there were. */
export async function endSessionsOf(transaction: Transaction, userId: string, at: Date): Promise<number> {
  const ended = await transaction
    .update(sessions)
    .set({ endedAt: at })
    .where(isOpenOf(userId))
    .returning({ id: sessions.id });
  return ended.length;
}

/** When an open session of the user last received an access token. */
export async function lastSessionUse(transaction: Transaction, userId: string): Promise<Date | null> {
  const [last] = await transaction
    .select({ at: max(sessions.lastUsedAt) })
    .from(sessions)
    .where(isOpenOf(userId));
  return last?.at ?? null;
}

/** Last used first; those used at `unusedSince` or earlier are over, as their refresh tokens are. */
export async function listOpenSessions(
  database: Queryable,
  userId: string,
  unusedSince: Date,
): Promise<SessionRecord[]> {
  return await database
    .select()
    .from(sessions)
    .where(and(isOpenOf(userId), gt(sessions.lastUsedAt, unusedSince)))
    .orderBy(desc(sessions.lastUsedAt), desc(sessions.id));
}

export interface NewRefreshToken {
  readonly hash: string;
  readonly sessionId: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

/** A successor that was given out already stays as it is. */
export async function insertRefreshToken(transaction: Transaction, token: NewRefreshToken): Promise<void> {
  await transaction.insert(refreshTokens).values(token).onConflictDoNothing();
}

/** Whose token it is. Says nothing of its state, which may change until the session is locked. */
export async function findTokenOwner(
  transaction: Transaction,
  hash: string,
): Promise<{ userId: string; sessionId: string } | undefined> {
  const [owner] = await transaction
    .select({ userId: sessions.userId, sessionId: sessions.id })
    .from(refreshTokens)
    .innerJoin(sessions, eq(sessions.id, refreshTokens.sessionId))
    .where(eq(refreshTokens.hash, hash));
  return owner;
}

export async function findRefreshToken(
  transaction: Transaction,
  hash: string,
): Promise<RefreshToken | undefined> {
  const [token] = await transaction
    .select({ expiresAt: refreshTokens.expiresAt, usedAt: refreshTokens.usedAt })
    .from(refreshTokens)
    .where(eq(refreshTokens.hash, hash));
  return token;
}

/** The first use counts: a repeat does not lengthen its own grace. */
export async function markTokenUsed(transaction: Transaction, hash: string, at: Date): Promise<void> {
  await transaction
    .update(refreshTokens)
    .set({ usedAt: at })
    .where(and(eq(refreshTokens.hash, hash), isNull(refreshTokens.usedAt)));
}

export async function dropExpiredTokens(
  transaction: Transaction,
  sessionId: string,
  now: Date,
): Promise<void> {
  await transaction
    .delete(refreshTokens)
    .where(and(eq(refreshTokens.sessionId, sessionId), lte(refreshTokens.expiresAt, now)));
}
