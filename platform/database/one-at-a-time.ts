import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { DatabaseServer } from './database.ts';

/** How soon one asks again for its turn, in milliseconds; why it asks is said in migrate.ts. */
const turnInterval = 250;

/**
 * Runs `work` while no other process that shares the database does so under the same lock, once its turn has come. The
 * lock has a connection beside the pool's, all of which the work may need. An embedded database has one process only.
 * @param lock any number that nothing else locks
 */
export async function oneAtATime<T>(
  { pool, embedded }: DatabaseServer,
  lock: number,
  work: () => Promise<T>,
): Promise<T> {
  if (embedded) return await work();
  const holder = new pg.Client(pool.options);
  // Without a listener a connection that is lost would end the process.
  holder.on('error', () => {});
  try {
    await holder.connect();
    while (!(await isMyTurn(holder, lock))) await pause(turnInterval);
    return await work();
  } finally {
    await holder.end();
  }
}

async function isMyTurn(holder: pg.Client, lock: number): Promise<boolean> {
  const { rows } = await holder.query('select pg_try_advisory_lock($1) as mine', [lock]);
  return rows[0].mine;
}
