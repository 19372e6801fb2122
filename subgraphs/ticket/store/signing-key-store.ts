import type { Transaction } from '@tixgo/platform/database/database.ts';
import { signingKeys } from './tables.ts';

/** Notes that a key is told of; false when it was before. */
export async function noteTold(transaction: Transaction, kid: string, toldAt: Date): Promise<boolean> {
  const noted = await transaction
    .insert(signingKeys)
    .values({ kid, toldAt })
    .onConflictDoNothing()
    .returning({ kid: signingKeys.kid });
  return noted.length > 0;
}
