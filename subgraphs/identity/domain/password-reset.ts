/** The means to choose a new password that a mail carries. A user has one at most: the one last asked for. */
export interface PasswordReset {
  readonly userId: string;
  readonly tokenHash: string;
  readonly expiresAt: Date;
}

/** In minutes. */
export const resetLifetime = 60;

export function resetExpiry(now: Date): Date {
  return new Date(now.getTime() + resetLifetime * 60_000);
}
