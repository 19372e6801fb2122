import { failureLimits, failureWindow, type LoginSubject, secondsLeft } from '../domain/login-throttle.ts';
import { countAttempt, sweepFailures } from '../store/login-failure-store.ts';
import type { IdentityDependencies } from './dependencies.ts';
import { rateLimited } from './refusals.ts';

/**
 * Counts an attempt in the database, so that neither attempts at once nor a second process let more through.
 * @throws RATE_LIMITED
 */
export async function assertMayTry(
  { database, clock }: Pick<IdentityDependencies, 'database' | 'clock'>,
  kind: LoginSubject,
  subject: string,
): Promise<void> {
  const now = clock();
  const { failures, since } = await countAttempt(database, {
    kind,
    subject,
    now,
    windowEnd: windowEndAt(now),
  });
  if (failures > failureLimits[kind]) {
    throw rateLimited('Too many attempts; wait before the next one.', secondsLeft(since, now));
  }
}

/** Clears away counts that are over: more than one attempt adds. */
export async function sweepAttempts({
  database,
  clock,
}: Pick<IdentityDependencies, 'database' | 'clock'>): Promise<void> {
  await sweepFailures(database, windowEndAt(clock()));
}

function windowEndAt(now: Date): Date {
  return new Date(now.getTime() - failureWindow);
}
