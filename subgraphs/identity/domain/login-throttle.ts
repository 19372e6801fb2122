/** Whose attempts are counted: to prove a password, to have a reset mailed, and to register. */
export const loginSubjects = [
  'ACCOUNT',
  'ACCOUNT_FROM_ADDRESS',
  'ADDRESS',
  'RESET_ACCOUNT',
  'RESET_ADDRESS',
  'REGISTER_ADDRESS',
] as const;
export type LoginSubject = (typeof loginSubjects)[number];

/**
 * What is let through within one window. An account in all many times what one address may try, so that a stranger who
 * knows a name cannot keep its owner out. Five mails, as each ends the token of the one before.
 */
export const failureLimits = {
  ACCOUNT: 100,
  ACCOUNT_FROM_ADDRESS: 10,
  ADDRESS: 50,
  RESET_ACCOUNT: 5,
  RESET_ADDRESS: 50,
} as const;

/** @param network undefined for attempts that come from none, which count as from one */
export function accountFromAddress(usernameKey: string, network: string | undefined): string {
  return `${startOfAccount(usernameKey)}${network ?? ''}`;
}

/** What all subjects of an account begin with, from whichever address. No name has a line feed. */
export function startOfAccount(usernameKey: string): string {
  return `${usernameKey}\n`;
}

/** In milliseconds, from the first failure. */
export const failureWindow = 15 * 60 * 1000;

/** Whole seconds until the window that began at `since` is over, at least one. */
export function secondsLeft(since: Date, now: Date): number {
  return Math.max(1, Math.ceil((since.getTime() + failureWindow - now.getTime()) / 1000));
}
