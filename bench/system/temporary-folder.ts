import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Removed with the resources; what uses it is to be started later, so that it is stopped earlier. */
export async function temporaryFolder(resources: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tixgo-bench-'));
  resources.defer(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
