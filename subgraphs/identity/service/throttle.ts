import { clientNetwork } from '@tixgo/platform/http/client-network.ts';
import { failureLimits, failureWindow, type LoginSubject, secondsLeft } from '../domain/login-throttle.ts';
import { countAttempt, sweepFailures } from '../store/login-failure-store.ts';
import type { Caller, IdentityDependencies } from './dependencies.ts';
import type { Asker } from './passwords.ts';
import { rateLimited } from './refusals.ts';

/**
 * Counts an attempt in the database, so that neither attempts at once nor a second process let more through.
 * @throws RATE_LIMITED
 */
export async function assertMayTry(
  { database, clock }: Pick<IdentityDependencies, 'database' | 'clock'>,
  kind: keyof typeof failureLimits,
  subject: string,
): Promise<void> {
  await assertWithin({ database, clock }, kind, subject, failureLimits[kind]);
}

/** As above, of registrations from one address. */
export async function assertMayRegister(
  { database, clock, registrationLimit }: IdentityDependencies,
  network: string | undefined,
): Promise<void> {
  if (registrationLimit === 0 || network === undefined) return;
  await assertWithin({ database, clock }, 'REGISTER_ADDRESS', network, registrationLimit);
}

/** What counts as the address of a caller. */
export function networkOf({ address }: Caller): string | undefined {
  return address === undefined ? undefined : clientNetwork(address);
}

/** As whom a caller waits for a hash. */
export function askerOf(caller: Caller): Asker {
  return { network: networkOf(caller), deadline: caller.deadline };
}

async function assertWithin(
  { database, clock }: Pick<IdentityDependencies, 'database' | 'clock'>,
  kind: LoginSubject,
  subject: string,
  limit: number,
): Promise<void> {
  const now = clock();
  const { failures, since } = await countAttempt(database, {
    kind,
    subject,
    now,
    windowEnd: windowEndAt(now),
  });
  if (failures > limit) {
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
