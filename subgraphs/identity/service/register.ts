import { forbidden } from '@tixgo/platform/errors.ts';
import type { Role } from '../domain/role.ts';
import { insertUser } from '../store/user-store.ts';
import type { Caller, IdentityDependencies } from './dependencies.ts';
import { assertPassword, cleanEmail, cleanUsername } from './identity-input.ts';
import { newAccount } from './new-account.ts';
import { openSession, type SignIn } from './open-session.ts';
import { usernameTaken } from './refusals.ts';
import { askerOf, assertMayRegister, sweepAttempts } from './throttle.ts';

export interface RegisterInput {
  readonly username: string;
  readonly password: string;
  readonly role?: Role | null | undefined;
  readonly email?: string | null | undefined;
}

/**
 * Creates an account and signs it in.
 * @throws USERNAME_TAKEN, BAD_USER_INPUT, PASSWORD_TOO_LONG, FORBIDDEN for a role that nobody may choose, and RATE_LIMITED
 */
export const register =
  (dependencies: IdentityDependencies) =>
  async (input: RegisterInput, caller: Caller = {}): Promise<SignIn> => {
    const { database, clock, passwords, registrationRoles } = dependencies;
    const username = cleanUsername(input.username);
    const email = cleanEmail(input.email);
    assertPassword(input.password, 'password');
    const role = input.role ?? 'USER';
    if (!registrationRoles.includes(role))
      throw forbidden(`Nobody can register as ${role} here; ask an ADMIN for the role.`);
    const asker = askerOf(caller);
    await assertMayRegister(dependencies, asker.network);
    await sweepAttempts(dependencies);
    const passwordHash = await passwords.hash(input.password, asker);
    return await database.transaction(async (transaction) => {
      const now = clock();
      const account = await insertUser(transaction, newAccount({ username, passwordHash, role, email }, now));
      if (!account) throw usernameTaken();
      return await openSession(dependencies, transaction, account, now, caller);
    });
  };
