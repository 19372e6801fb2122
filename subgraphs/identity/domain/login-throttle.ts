export const loginSubjects = ['ACCOUNT', 'ADDRESS'] as const;
export type LoginSubject = (typeof loginSubjects)[number];

/** Failures that are let through within one window. */
export const failureLimits: Readonly<Record<LoginSubject, number>> = { ACCOUNT: 10, ADDRESS: 50 };

/** In milliseconds, from the first failure. */
export const failureWindow = 15 * 60 * 1000;

/** Whole seconds until the window that began at `since` is over, at least one. */
export function secondsLeft(since: Date, now: Date): number {
  return Math.max(1, Math.ceil((since.getTime() + failureWindow - now.getTime()) / 1000));
}
