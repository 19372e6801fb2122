import { renderTable } from './report/table.ts';
import type { Bench, ScenarioReport } from './scenario.ts';

class Interrupted extends Error {}

/** The first Ctrl-C stops what runs in good order; a second one finds Node's default again. */
export function interruption(): Promise<never> {
  const interrupted = new Promise<never>((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => reject(new Interrupted(`${signal}: stopping what was started`)));
    }
  });
  interrupted.catch(() => {});
  return interrupted;
}

/** Stops all that was started once it is done, has failed, or was interrupted. */
export async function runToEnd<Report extends ScenarioReport>(
  run: (bench: Bench) => Promise<Report>,
  settings: Pick<Bench, 'quick' | 'profiles'>,
  interrupted: Promise<never>,
): Promise<Report> {
  await using resources = new AsyncDisposableStack();
  const say = (line: string) => console.log(`   ${new Date().toISOString().slice(11, 19)} ${line}`);
  const running = run({ ...settings, resources, say });
  // After an interruption it fails for want of its servers, and nobody listens any more.
  running.catch(() => {});
  return await Promise.race([running, interrupted]);
}

export function printReport({ tables, targets }: ScenarioReport): void {
  for (const table of tables) console.log(`\n${renderTable(table)}`);
  if (targets.length === 0) return;
  const rows = targets.map(({ what, measured, wanted, met }) => [
    what,
    measured,
    wanted,
    met ? 'met' : 'MISSED',
  ]);
  console.log(`\n${renderTable({ title: 'Targets', columns: ['what', 'measured', 'wanted', ''], rows })}`);
}

/** Runs a command of the benchmark; an exit code tells how it ended. */
export async function asCommand(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Interrupted ? error.message : error);
    process.exitCode = error instanceof Interrupted ? 130 : 1;
  }
}
