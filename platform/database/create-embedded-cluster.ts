import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ConfigurationError } from '../env.ts';
import type { Log } from '../logging.ts';

const script = fileURLToPath(new URL('./create-embedded-cluster-process.ts', import.meta.url));

/**
 * Makes the embedded database's folder when it is not there. In a process of its own, since what that takes, half a
 * gigabyte, would stay with the process for good; and under another name first, so that one that was killed meanwhile
 * does not leave a folder that looks whole.
 */
export async function ensureEmbeddedCluster(folder: string, log: Log): Promise<void> {
  if (!existsSync(folder)) {
    log.info(`Making the embedded database in ${folder}; this takes a few seconds, once.`);
    const unfinished = `${folder}.new`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { mode: 0o700 });
    const command = ['--disable-warning=ExperimentalWarning', script, unfinished];
    try {
      await promisify(execFile)(process.execPath, command);
    } catch {
      throw new ConfigurationError(
        `DATA_DIR: the embedded database could not be made in ${folder}; is there room for it?`,
      );
    }
    renameSync(unfinished, folder);
  }
  // PGlite's own files are open to everyone; the folder around them is what keeps others out.
  chmodSync(folder, 0o700);
}
