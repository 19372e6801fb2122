import type { Queryable, Transaction } from '@tixgo/platform/database/database.ts';
import { and, asc, eq, gt, inArray } from 'drizzle-orm';
import type { PasswordReset } from '../domain/password-reset.ts';
import { passwordResetRequests, passwordResets } from './tables.ts';

export interface ResetRequest {
  readonly id: string;
  readonly usernameKey: string;
  readonly requestedAt: Date;
}

export async function insertResetRequest(database: Queryable, request: ResetRequest): Promise<void> {
  await database.insert(passwordResetRequests).values(request);
}

/** The oldest that nobody else holds; it is gone with the transaction, or stays with it. */
export async function takeResetRequest(transaction: Transaction): Promise<ResetRequest | undefined> {
  const oldest = transaction
    .select({ id: passwordResetRequests.id })
    .from(passwordResetRequests)
    .orderBy(asc(passwordResetRequests.id))
    .limit(1)
    .for('update', { skipLocked: true });
  const [taken] = await transaction
    .delete(passwordResetRequests)
    .where(inArray(passwordResetRequests.id, oldest))
    .returning();
  return taken;
}

/** Ends the one before. */
export async function replaceReset(transaction: Transaction, reset: PasswordReset): Promise<void> {
  const { tokenHash, expiresAt } = reset;
  await transaction
    .insert(passwordResets)
    .values(reset)
    .onConflictDoUpdate({ target: passwordResets.userId, set: { tokenHash, expiresAt } });
}

/** Undefined for what is over. */
export async function findReset(
  database: Queryable,
  tokenHash: string,
  now: Date,
): Promise<PasswordReset | undefined> {
  const [reset] = await database.select().from(passwordResets).where(isGood(tokenHash, now));
  return reset;
}

/** Whether it was there: of two who use it at once it serves one. */
export async function takeReset(transaction: Transaction, tokenHash: string, now: Date): Promise<boolean> {
  const taken = await transaction
    .delete(passwordResets)
    .where(isGood(tokenHash, now))
    .returning({ userId: passwordResets.userId });
  return taken.length > 0;
}

export async function dropReset(transaction: Transaction, userId: string): Promise<void> {
  await transaction.delete(passwordResets).where(eq(passwordResets.userId, userId));
}

const isGood = (tokenHash: string, now: Date) =>
  and(eq(passwordResets.tokenHash, tokenHash), gt(passwordResets.expiresAt, now));
