import { pgSchema } from 'drizzle-orm/pg-core';
import { type FactTables, factTables } from '../facts/tables.ts';
import type { TestDatabase } from './test-database.ts';

/** Outbox and inbox as a service's migrations make them, in a schema of that name. */
export async function createFactTables({ pool }: TestDatabase, schema: string): Promise<FactTables> {
  await pool.query(`
    create schema ${schema};
    create table ${schema}.outbox (id uuid primary key, sequence bigint generated always as identity,
      type text not null, version int not null, key text not null, payload jsonb not null,
      occurred_at timestamptz not null, published_at timestamptz);
    create index on ${schema}.outbox (sequence) where published_at is null;
    create index on ${schema}.outbox (published_at) where published_at is not null;
    create table ${schema}.relay_lease (name text primary key, holder uuid not null, until timestamptz not null,
      broker_run text);
    create table ${schema}.inbox (fact_id uuid primary key, received_at timestamptz not null)`);
  return factTables(pgSchema(schema));
}
