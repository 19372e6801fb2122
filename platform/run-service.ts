import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ConfigurationError } from './env.ts';

export interface RunningService {
  /** Stops taking work, finishes what is under way and closes what is open. */
  stop(): Promise<void>;
}

/**
 * How long a stop may take before the process ends anyway, in milliseconds: with what serving takes of it there are some
 * seconds left to close the rest, and it is over before the 25 s after which some supervisors kill.
 */
const longestStop = 24_000;

/**
 * Starts a service as a process: a setting that is wrong is told in one line with exit code 1, SIGTERM and SIGINT stop
 * it in good order, and an error that nobody caught ends it (a process in an unknown state must not serve a door).
 * @param stopDeadline in milliseconds; what is not closed by then is left, and the exit code is 1
 */
export async function runService(
  start: () => Promise<RunningService>,
  stopDeadline = longestStop,
): Promise<void> {
  let running: RunningService | undefined;
  let stopping = false;
  keepOnlyWhatLasts();
  const stop = async (code: number) => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => {
      console.error('The service did not stop in time; it ends with what is open.');
      process.exit(1);
    }, stopDeadline).unref();
    try {
      await running?.stop();
    } catch (error) {
      console.error(error);
      process.exit(1);
    }
    process.exit(code);
  };
  process.on('SIGTERM', () => void stop(0));
  process.on('SIGINT', () => void stop(0));
  process.on('uncaughtException', (error) => {
    console.error(error);
    void stop(1);
  });
  try {
    running = await start();
    collectWhatStartingLeft();
  } catch (error) {
    console.error(error instanceof ConfigurationError ? error.message : error);
    process.exit(1);
  }
}

/**
 * Where V8 saw objects outlive a collection, as the rows of a page do that is on its way to a client, it makes all later
 * ones in the space that only a full collection frees, and with them stays what they refer to: an export grew by 40 MB
 * for every 100,000 rows, in one process of three.
 */
function keepOnlyWhatLasts(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}

/**
 * Loading modules leaves about 200 MB of garbage, which V8 keeps for a process that has little to do. The last resort
 * gives back the empty pages as well, about 50 MB, and takes a tenth of a second. Node has no other way to ask for a
 * collection than its test flag.
 */
function collectWhatStartingLeft(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
