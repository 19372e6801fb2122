import type { Ed25519Jwk } from '@tixgo/platform/compact-jws.ts';
import type { Queryable, Transaction } from '@tixgo/platform/database/database.ts';
import { desc, isNotNull, isNull } from 'drizzle-orm';
import { signingKeys } from './tables.ts';

/** Notes that a key is told of; false when it was before. */
export async function noteTold(transaction: Transaction, jwk: Ed25519Jwk, toldAt: Date): Promise<boolean> {
  const noted = await transaction
    .insert(signingKeys)
    .values({ kid: jwk.kid, toldAt, jwk })
    .onConflictDoUpdate({ target: signingKeys.kid, set: { jwk }, setWhere: isNull(signingKeys.jwk) })
    .returning({ kid: signingKeys.kid });
  return noted.length > 0;
}

/** Newest first. */
export async function listToldKeys(database: Queryable): Promise<Ed25519Jwk[]> {
  const rows = await database
    .select({ jwk: signingKeys.jwk })
    .from(signingKeys)
    .where(isNotNull(signingKeys.jwk))
    .orderBy(desc(signingKeys.toldAt));
  return rows.flatMap(({ jwk }) => jwk ?? []);
}
