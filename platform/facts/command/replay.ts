import { pgSchema } from 'drizzle-orm/pg-core';
import { systemClock } from '../../clock.ts';
import { openDatabase } from '../../database/database.ts';
import { ConfigurationError } from '../../env.ts';
import { createLog } from '../../logging.ts';
import { OutboxStore } from '../outbox-store.ts';
import { outboxRetention } from '../retention.ts';
import { factTables } from '../tables.ts';

const days = outboxRetention / (24 * 60 * 60_000);

/**
 * Lets facts of a service wait in its outbox again, from where its relay publishes them; consumers that know them ignore
 * them. @throws ConfigurationError
 */
export async function replayOutbox(
  url: string,
  service: string,
  from: { readonly since: Date } | { readonly id: string },
  say: (line: string) => void,
): Promise<void> {
  const settings = { url, dataDir: 'memory', poolSize: 1 };
  const database = await openDatabase(settings, createLog('silent'), { patience: 0 });
  try {
    const { rows } = await database.pool.query('select to_regclass($1) is not null as exists', [
      `"${service}".outbox`,
    ]);
    if (!rows[0]?.exists)
      throw new ConfigurationError(`The database has no outbox of a service "${service}".`);
    const store = new OutboxStore(database.db, factTables(pgSchema(service)), systemClock);
    const facts =
      'id' in from ? await store.publishAgain(from.id) : await store.publishAgainSince(from.since);
    say(`${facts} to be published again by ${service} while it runs; it keeps them for ${days} days`);
  } finally {
    await database.close();
  }
}
