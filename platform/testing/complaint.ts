import { ConfigurationError } from '../env.ts';

/** The one line with which a bad setting stops the boot; a setting that is taken fails the test. */
export function complaintOf(readSettings: () => unknown): string {
  try {
    readSettings();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    if (error.message.includes('\n')) throw new Error(`More than one line:\n${error.message}`);
    return error.message;
  }
  throw new Error('expected a ConfigurationError');
}
