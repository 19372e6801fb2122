import { parseArgs } from 'node:util';
import { busyWarning, describeMachine } from '../report/machine.ts';
import { resultsFolder, writeMarkdown, writeResult } from '../report/result-file.ts';
import { asCommand, interruption, printReport, runToEnd } from '../scenario-run.ts';
import { compareGateways, type GatewayComparison } from './gateway-comparison.ts';
import { gateways, stockName } from './gateways.ts';
import { distinctDocuments, operations } from './operations.ts';

const usage = `npm run bench:gateway -- [--only <gateway>[,…]] [--operations <operation>[,…]] [--quick] [--profile] [--viewers <n>]

${gateways.map(({ name, about }) => `  ${name.padEnd(17)} ${about}`).join('\n')}

${[...operations, distinctDocuments].map(({ name, about }) => `  ${name.padEnd(17)} ${about}`).join('\n')}

  --quick     a short run, to see that everything works
  --profile   CPU profiles of the gateways, into bench/results/; best with one operation. Its timings mean nothing
  --viewers   how many different people ask in turn, 200 by default
`;

/** Of the documents that are never repeated, by default; all that are named with --only. */
const documentGateways = [stockName, 'ours'];

function readArguments() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      operations: { type: 'string' },
      quick: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      viewers: { type: 'string', default: '200' },
      help: { type: 'boolean', default: false },
    },
  });
  const viewers = Number(values.viewers);
  if (!Number.isInteger(viewers) || viewers < 1) throw new Error(`--viewers wants a number.\n\n${usage}`);
  const rows = chosen(gateways, values.only);
  const asked = chosen([...operations, distinctDocuments], values.operations);
  const documentRows = rows.filter(({ name, operations: only }) =>
    values.only === undefined ? documentGateways.includes(name) : only === undefined,
  );
  const comparison: GatewayComparison = {
    rows,
    operations: asked.filter((operation) => operation !== distinctDocuments),
    documentRows: asked.includes(distinctDocuments) ? documentRows : [],
    viewers,
  };
  return { ...values, comparison };
}

/** @param names undefined: all */
function chosen<Named extends { readonly name: string }>(
  known: readonly Named[],
  names: string | undefined,
): Named[] {
  const wanted = names?.split(',') ?? known.map(({ name }) => name);
  const unknown = wanted.find((name) => !known.some((each) => each.name === name));
  if (unknown !== undefined) throw new Error(`There is no ${unknown}.\n\n${usage}`);
  return known.filter(({ name }) => wanted.includes(name));
}

async function main(): Promise<void> {
  const { comparison, quick, profile, help } = readArguments();
  if (help) return console.log(usage);
  const machine = describeMachine();
  const warning = busyWarning(machine);
  if (warning !== undefined) console.log(warning);
  const startedAt = new Date();
  const profiles = profile ? `${resultsFolder}profiles-${startedAt.getTime()}` : undefined;
  const report = await runToEnd(
    (bench) => compareGateways(bench, comparison),
    { quick, profiles },
    interruption(),
  );
  printReport(report);
  const command = ['npm run bench:gateway --', ...process.argv.slice(2)].join(' ');
  const result = { scenario: 'gateway', command, startedAt, quick, machine, ...report };
  console.log(`\n${writeResult(result)}\n${writeMarkdown(result)}`);
}

await asCommand(main);
