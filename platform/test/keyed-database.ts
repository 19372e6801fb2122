import { pgSchema } from 'drizzle-orm/pg-core';
import { idempotencyTable } from '../idempotency/tables.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';

export const table = idempotencyTable(pgSchema('keyed'));

/** A database that keeps answers by their keys, as a service's migration makes the table. */
export async function createKeyedDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  await database.pool.query(`
    create schema keyed;
    create table keyed.idempotency_key (viewer_id uuid, operation text, key text, fingerprint text not null,
      answer jsonb not null, created_at timestamptz(3) not null,
      constraint idempotency_key_pkey primary key (viewer_id, operation, key))`);
  return database;
}
