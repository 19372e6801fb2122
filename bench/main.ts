import { parseArgs } from 'node:util';
import { busyWarning, describeMachine } from './report/machine.ts';
import { resultsFolder, writeResult } from './report/result-file.ts';
import type { Scenario } from './scenario.ts';
import { asCommand, interruption, printReport, runToEnd } from './scenario-run.ts';
import { attendanceSize } from './scenarios/attendance-size.ts';
import { wholeExport } from './scenarios/export.ts';
import { propagation } from './scenarios/propagation.ts';
import { reservations } from './scenarios/reservations.ts';
import { sameTicket } from './scenarios/same-ticket.ts';
import { scans } from './scenarios/scans.ts';
import { soak } from './scenarios/soak.ts';
import { soldOut } from './scenarios/sold-out.ts';
import { startupMemory } from './scenarios/startup-memory.ts';
import { streams } from './scenarios/streams.ts';

const scenarios: readonly Scenario[] = [
  attendanceSize,
  scans,
  startupMemory,
  sameTicket,
  soldOut,
  reservations,
  propagation,
  wholeExport,
  streams,
];
/** Not among those that run when none is named. */
const onRequest: readonly Scenario[] = [soak];
const known = [...scenarios, ...onRequest];
const usage = `npm run bench -- [--only <scenario>[,<scenario>]] [--quick] [--profile]

${known.map(({ name, about }) => `  ${name.padEnd(16)} ${about}`).join('\n')}

  --quick     a short run, to see that everything works
  --profile   CPU profiles of the servers that the scenario scans times, into bench/results/
`;

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

async function main(): Promise<void> {
  const { chosen, quick, profile, help } = readArguments();
  if (help) return console.log(usage);
  const machine = describeMachine();
  const warning = busyWarning(machine);
  if (warning !== undefined) console.log(warning);
  const interrupted = interruption();
  for (const scenario of chosen) {
    const startedAt = new Date();
    const profiles = profile ? `${resultsFolder}profiles-${startedAt.getTime()}` : undefined;
    console.log(`\n== ${scenario.name}: ${scenario.about}`);
    const report = await runToEnd(scenario.run, { quick, profiles }, interrupted);
    printReport(report);
    const command = ['npm run bench --', ...process.argv.slice(2)].join(' ');
    console.log(
      `\n${writeResult({ scenario: scenario.name, command, startedAt, quick, machine, ...report })}`,
    );
  }
}

await asCommand(main);
