import { newId } from '@tixgo/platform/ids.ts';
import { usernameKey } from '../domain/username.ts';
import { insertResetRequest } from '../store/password-reset-store.ts';
import type { Caller, IdentityDependencies } from './dependencies.ts';
import { cleanLoginName } from './identity-input.ts';
import { assertMayTry, networkOf, sweepAttempts } from './throttle.ts';

/**
 * Writes down that somebody asked, and does not look at users at all: neither the answer nor the time that it takes can
 * tell whether there is such a user, or one with an address. `beginNextReset` looks.
 * @throws RATE_LIMITED after too many requests for this name or from this address
 */
export const requestPasswordReset =
  (dependencies: IdentityDependencies) =>
  async (username: string, caller: Caller = {}): Promise<void> => {
    const { database, clock } = dependencies;
    const key = usernameKey(cleanLoginName(username));
    const network = networkOf(caller);
    if (network !== undefined) await assertMayTry(dependencies, 'RESET_ADDRESS', network);
    await assertMayTry(dependencies, 'RESET_ACCOUNT', key);
    await sweepAttempts(dependencies);
    const now = clock();
    await insertResetRequest(database, { id: newId(now), usernameKey: key, requestedAt: now });
  };
