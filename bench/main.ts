import { parseArgs } from 'node:util';
import { busyWarning, describeMachine } from './report/machine.ts';
import { resultsFolder, writeResult } from './report/result-file.ts';
import { renderTable } from './report/table.ts';
import type { Bench, Scenario, ScenarioReport } from './scenario.ts';
import { attendanceSize } from './scenarios/attendance-size.ts';
import { wholeExport } from './scenarios/export.ts';
import { propagation } from './scenarios/propagation.ts';
import { reservations } from './scenarios/reservations.ts';
import { sameTicket } from './scenarios/same-ticket.ts';
import { scans } from './scenarios/scans.ts';
import { soak } from './scenarios/soak.ts';
import { soldOut } from './scenarios/sold-out.ts';
import { startupMemory } from './scenarios/startup-memory.ts';

const scenarios: readonly Scenario[] = [
  attendanceSize,
  scans,
  startupMemory,
  sameTicket,
  soldOut,
  reservations,
  propagation,
  wholeExport,
];
/** Not among those that run when none is named. */
const onRequest: readonly Scenario[] = [soak];
const known = [...scenarios, ...onRequest];
const usage = `npm run bench -- [--only <scenario>[,<scenario>]] [--quick] [--profile]

${known.map(({ name, about }) => `  ${name.padEnd(16)} ${about}`).join('\n')}

  --quick     a short run, to see that everything works
  --profile   CPU profiles of the servers that the scenario scans times, into bench/results/
`;

class Interrupted extends Error {}

function readArguments() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      quick: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const names = values.only?.split(',') ?? scenarios.map(({ name }) => name);
  const unknown = names.find((name) => !known.some((scenario) => scenario.name === name));
  if (unknown !== undefined) throw new Error(`There is no scenario ${unknown}.\n\n${usage}`);
  return { ...values, chosen: known.filter(({ name }) => names.includes(name)) };
}

/** The first Ctrl-C stops what runs in good order; a second one finds Node's default again. */
function interruption(): Promise<never> {
  return new Promise((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => reject(new Interrupted(`${signal}: stopping what was started`)));
    }
  });
}

async function runScenario(
  scenario: Scenario,
  settings: Pick<Bench, 'quick' | 'profiles'>,
  interrupted: Promise<never>,
): Promise<ScenarioReport> {
  await using resources = new AsyncDisposableStack();
  const say = (line: string) => console.log(`   ${new Date().toISOString().slice(11, 19)} ${line}`);
  const running = scenario.run({ ...settings, resources, say });
  // After an interruption it fails for want of its servers, and nobody listens any more.
  running.catch(() => {});
  return await Promise.race([running, interrupted]);
}

function print({ tables, targets }: ScenarioReport): void {
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

async function main(): Promise<void> {
  const { chosen, quick, profile, help } = readArguments();
  if (help) return console.log(usage);
  const machine = describeMachine();
  const warning = busyWarning(machine);
  if (warning !== undefined) console.log(warning);
  const interrupted = interruption();
  interrupted.catch(() => {});
  for (const scenario of chosen) {
    const startedAt = new Date();
    const profiles = profile ? `${resultsFolder}profiles-${startedAt.getTime()}` : undefined;
    console.log(`\n== ${scenario.name}: ${scenario.about}`);
    const report = await runScenario(scenario, { quick, profiles }, interrupted);
    print(report);
    const command = ['npm run bench --', ...process.argv.slice(2)].join(' ');
    console.log(
      `\n${writeResult({ scenario: scenario.name, command, startedAt, quick, machine, ...report })}`,
    );
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Interrupted ? error.message : error);
  process.exitCode = error instanceof Interrupted ? 130 : 1;
}
