import type { TestDatabase } from '@tixgo/platform/testing/test-database.ts';

/** What somebody else's transaction holds, until it lets go. */
export interface HeldRow {
  letGo(): Promise<void>;
}

/** Holds a row as a transaction does that is slow to end. */
export async function holdRow(
  { pool }: TestDatabase,
  table: 'listing' | 'ticket' | 'ticket_type',
  id: string,
): Promise<HeldRow> {
  const client = await pool.connect();
  await client.query('begin');
  await client.query(`select from ticket.${table} where id = $1 for update`, [id]);
  return {
    letGo: async () => {
      await client.query('commit');
      client.release();
    },
  };
}

const waitingForRows = `select count(*)::int as n from pg_stat_activity
  where datname = current_database() and wait_event_type = 'Lock'`;

/** Resolves once so many wait for rows of one another, or what came last has ended without. */
export async function untilWaiting(
  { pool }: TestDatabase,
  count: number,
  last: Promise<unknown>,
): Promise<void> {
  let isOver = false;
  const ended = () => {
    isOver = true;
  };
  last.then(ended, ended);
  while (!isOver) {
    const { rows } = await pool.query(waitingForRows);
    if (rows[0].n >= count) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
