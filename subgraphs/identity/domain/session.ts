/** A sign-in, on one client. */
export interface SessionRecord {
  readonly id: string;
  readonly userId: string;
  readonly createdAt: Date;
  /** When it last received an access token. */
  readonly lastUsedAt: Date;
  /** The User-Agent that signed in. */
  readonly client: string | null;
  readonly endedAt: Date | null;
}

export interface RefreshToken {
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
}

const day = 24 * 60 * 60 * 1000;
/** In milliseconds. A session that nobody refreshed for this long is over. */
export const refreshTokenLifetime = 30 * day;
/** How long a token may be presented again, as after a lost answer, in milliseconds. */
const repeatGrace = 10_000;

/** `REUSED`: two hold the token, and one of them has stolen it. */
export type Presentation = 'VALID' | 'EXPIRED' | 'REUSED';

export function judgePresentation({ expiresAt, usedAt }: RefreshToken, now: Date): Presentation {
  if (expiresAt <= now) return 'EXPIRED';
  if (usedAt !== null && now.getTime() - usedAt.getTime() > repeatGrace) return 'REUSED';
  return 'VALID';
}
