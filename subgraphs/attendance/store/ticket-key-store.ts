import type { Ed25519Jwk } from '@tixgo/platform/compact-jws.ts';
import type { Queryable } from '@tixgo/platform/database/database.ts';
import { eq } from 'drizzle-orm';
import { ticketKeys } from './tables.ts';

/** A key's id is made of the key, so that a known one never changes. */
export async function keepTicketKeys(database: Queryable, jwks: readonly Ed25519Jwk[]): Promise<void> {
  if (jwks.length === 0) return;
  const rows = jwks.map((jwk) => ({ kid: jwk.kid, jwk }));
  await database.insert(ticketKeys).values(rows).onConflictDoNothing();
}

export async function findTicketKey(database: Queryable, kid: string): Promise<Ed25519Jwk | undefined> {
  const [row] = await database.select().from(ticketKeys).where(eq(ticketKeys.kid, kid));
  return row?.jwk;
}
