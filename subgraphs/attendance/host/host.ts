import type { Log } from '@tixgo/platform/logging.ts';
import type { HostEnvironment } from '../env.ts';
import { Databases } from './databases.ts';
import type { HostingOptions } from './hosted-subgraphs.ts';
import type { RunningHost } from './serve-on.ts';

export type { RunningHost } from './serve-on.ts';

/** The attendance host: gateway, attendance, and every other subgraph that has no URL. */
export async function startHost(
  environment: HostEnvironment,
  log: Log,
  options: HostingOptions = {},
): Promise<RunningHost> {
  const databases = new Databases(environment.common, log, environment.ownDatabases);
  try {
    // A database that is made first takes seconds, and loading the rest of the code takes one: side by side.
    const opening = databases.get('attendance');
    const [{ serveOn }] = await Promise.all([import('./serve-on.ts'), opening]);
    return await serveOn(databases, environment, log, options);
  } catch (error) {
    await databases.close();
    throw error;
  }
}
