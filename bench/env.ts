import { processEnvironment } from '@tixgo/platform/env.ts';

/** What every started process needs, and none of the caller's own settings: a run must not depend on who starts it. */
export function bareEnvironment(): Record<string, string> {
  const { PATH = '', HOME = '/', TMPDIR = '/tmp' } = processEnvironment();
  return { PATH, HOME, TMPDIR };
}
