import type { CommonEnvironment } from '../env.ts';
import type { Log } from '../logging.ts';

/** What works on the operator's machine and nowhere else must not be found out by the first who is mailed a link. */
export function warnWithoutPublicUrl({ nodeEnv, publicUrl }: CommonEnvironment, log: Log): void {
  if (nodeEnv !== 'production' || publicUrl !== undefined) return;
  log.warn(
    'PUBLIC_URL is not given: links in mails lead to localhost, and cookies have neither the prefix __Host- nor Secure. Set it to how browsers reach the system, such as https://tickets.example.org',
  );
}
