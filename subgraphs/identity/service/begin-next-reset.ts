import type { Transaction } from '@tixgo/platform/database/database.ts';
import { newId } from '@tixgo/platform/ids.ts';
import { resetExpiry } from '../domain/password-reset.ts';
import { insertMail } from '../store/mail-store.ts';
import { replaceReset, takeResetRequest } from '../store/password-reset-store.ts';
import { findAccountByName, lockAccount } from '../store/user-store.ts';
import type { IdentityDependencies } from './dependencies.ts';

/** Begins one reset that was asked for, if its name is somebody's who can be mailed. Resolves to whether there was one. */
export const beginNextReset = (dependencies: IdentityDependencies) => async (): Promise<boolean> =>
  await dependencies.database.transaction(async (transaction) => {
    const request = await takeResetRequest(transaction);
    if (!request) return false;
    const account = await findAccountByName(transaction, request.usernameKey);
    if (account) await beginReset(dependencies, transaction, account.id);
    return true;
  });

async function beginReset(
  { clock, resetTokens }: IdentityDependencies,
  transaction: Transaction,
  userId: string,
): Promise<void> {
  // Held, so that an address that is being changed gets no token that outlives the change.
  const user = await lockAccount(transaction, userId, 'share');
  if (!user || user.email === null || user.bannedAt !== null) return;
  const now = clock();
  const seed = resetTokens.createSeed();
  const tokenHash = resetTokens.hash(resetTokens.tokenOf(seed));
  await replaceReset(transaction, { userId, tokenHash, expiresAt: resetExpiry(now) });
  await insertMail(transaction, {
    id: newId(now),
    recipientId: userId,
    address: user.email,
    template: 'password-reset',
    data: { seed },
    createdAt: now,
  });
}
