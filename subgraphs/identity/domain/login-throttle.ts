/** Whose attempts are counted: to prove a password, and to have a reset mailed, each by account and by address. */
export const loginSubjects = ['ACCOUNT', 'ADDRESS', 'RESET_ACCOUNT', 'RESET_ADDRESS'] as const;
export type LoginSubject = (typeof loginSubjects)[number];

/** What is let through within one window. Five mails, as each ends the token of the one before. */
export const failureLimits: Readonly<Record<LoginSubject, number>> = {
  ACCOUNT: 10,
  ADDRESS: 50,
  RESET_ACCOUNT: 5,
  RESET_ADDRESS: 50,
};

/** In milliseconds, from the first failure. */
export const failureWindow = 15 * 60 * 1000;

/** Whole seconds until the window that began at `since` is over, at least one. */
export function secondsLeft(since: Date, now: Date): number {
  return Math.max(1, Math.ceil((since.getTime() + failureWindow - now.getTime()) / 1000));
}
