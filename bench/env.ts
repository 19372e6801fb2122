import { processEnvironment } from '@tixgo/platform/env.ts';

/** What every started process needs, and none of the caller's own settings: a run must not depend on who starts it. */
export function bareEnvironment(): Record<string, string> {
  const { PATH = '', HOME = '/', TMPDIR = '/tmp' } = processEnvironment();
  return { PATH, HOME, TMPDIR };
}

/** For npm, which goes by its user's registry, proxy and certificates, but not by the project of the script that runs. */
export function installEnvironment(): Record<string, string | undefined> {
  const { npm_config_local_prefix: _project, ...rest } = processEnvironment();
  return rest;
}
