import type { Transaction } from '@tixgo/platform/database/database.ts';
import { newId } from '@tixgo/platform/ids.ts';
import { issueMoment } from '../domain/access-moment.ts';
import { refreshTokenLifetime } from '../domain/session.ts';
import type { UserRecord } from '../domain/user.ts';
import { insertRefreshToken, insertSession } from '../store/session-store.ts';
import type { Caller, IdentityDependencies } from './dependencies.ts';

/** The tokens of a sign-in, in clear, on their way to its client. */
export interface SignIn {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: Date;
  readonly user: UserRecord;
}

const longestClient = 256;

/**
 * Begins a session and gives out its first tokens. The caller holds the user's row, and took `now` before reading it:
 * see domain/access-moment.ts.
 */
export async function openSession(
  dependencies: IdentityDependencies,
  transaction: Transaction,
  user: UserRecord,
  now: Date,
  caller: Caller,
): Promise<SignIn> {
  const issuedAt = issueMoment(now, user.accessChangedAt);
  const sessionId = newId(now);
  const refreshToken = dependencies.refreshTokens.create();
  await insertSession(transaction, {
    id: sessionId,
    userId: user.id,
    createdAt: issuedAt,
    lastUsedAt: issuedAt,
    client: clientOf(caller),
    endedAt: null,
  });
  return await giveTokens(dependencies, transaction, { user, sessionId, refreshToken, issuedAt, now });
}

export interface NewTokens {
  readonly user: UserRecord;
  readonly sessionId: string;
  readonly refreshToken: string;
  readonly issuedAt: Date;
  readonly now: Date;
}

/** Keeps a session's next refresh token and signs the access token that goes with it. */
export async function giveTokens(
  { accessTokens, refreshTokens }: IdentityDependencies,
  transaction: Transaction,
  { user, sessionId, refreshToken, issuedAt, now }: NewTokens,
): Promise<SignIn> {
  await insertRefreshToken(transaction, {
    hash: refreshTokens.hash(refreshToken),
    sessionId,
    issuedAt,
    expiresAt: new Date(now.getTime() + refreshTokenLifetime),
  });
  const { id, username, role } = user;
  const { token, expiresAt } = accessTokens.issue({ id, username, role, sessionId, issuedAt });
  return { accessToken: token, refreshToken, expiresAt, user };
}

/** A header that a client may fill with anything: cut rather than refused, as no sign-in should fail over it. */
function clientOf({ userAgent }: Caller): string | null {
  const printable = userAgent?.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '').trim();
  return printable ? printable.slice(0, longestClient) : null;
}
