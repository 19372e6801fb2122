import pg from 'pg';
import type { DatabaseServer } from './database.ts';

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
  const holder = new pg.Client({ ...pool.options, statement_timeout: 0 });
  // Without a listener a connection that is lost would end the process.
  holder.on('error', () => {});
  try {
    await holder.connect();
    await holder.query('select pg_advisory_lock($1)', [lock]);
    return await work();
  } finally {
    await holder.end();
  }
}
