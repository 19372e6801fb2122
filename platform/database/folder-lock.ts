import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ConfigurationError } from '../env.ts';

export interface FolderLock {
  release(): void;
}

/** Held by reference: a handle that was collected would let its lock go. */
const held = new Set<DatabaseSync>();

/**
 * Keeps a second process out of a data folder: two PGlite instances on one folder corrupt it. The lock is SQLite's
 * write lock on a file of its own, because the kernel lets go of it however the process ends (a file with a process
 * id survives `kill -9`, and means nothing across containers), and because Node brings it on every platform.
 * @throws ConfigurationError while another process holds it
 */
export function lockFolder(folder: string): FolderLock {
  const lock = new DatabaseSync(join(folder, 'lock'));
  try {
    lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (/database is locked/.test(String(error))) {
      throw new ConfigurationError(
        `DATA_DIR: another process uses the folder ${folder}; stop it, or set another DATA_DIR.`,
      );
    }
    throw error;
  }
  held.add(lock);
  return {
    release: () => {
      held.delete(lock);
      lock.close();
    },
  };
}
