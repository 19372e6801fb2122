import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import type { DatabaseServer } from './database.ts';

/** Any number that nothing else locks: every service's migrations queue behind one another. */
const migrationLock = 7_349_001;

/**
 * Brings one service's schema up to date. Safe when several processes boot at once: the lock belongs to the one
 * connection that migrates, and the late ones find the work done.
 * @param service names the schema and the journal table, `migrations.<service>`
 * @param folder drizzle-kit's output: SQL files and their journal
 */
export async function migrateSchema(server: DatabaseServer, service: string, folder: URL): Promise<void> {
  const connection = await server.pool.connect();
  try {
    // A process that waits for its turn may wait longer than a statement of the running system may take.
    await connection.query('set statement_timeout = 0');
    await connection.query('select pg_advisory_lock($1)', [migrationLock]);
    await migrate(drizzle(connection), {
      migrationsFolder: folder.pathname,
      migrationsSchema: 'migrations',
      migrationsTable: service,
    });
    await connection.query('select pg_advisory_unlock($1)', [migrationLock]);
    await connection.query('reset statement_timeout');
  } catch (error) {
    // Closing the connection lets go of the lock, whatever state it is in.
    connection.release(true);
    throw error;
  }
  connection.release();
}
