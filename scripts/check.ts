import { spawn } from 'node:child_process';

/** Every check is a Node program that exits 0 when all is well; all run, whatever another says. */
const checks = {
  types: ['node_modules/typescript/bin/tsc', '--pretty', 'false'],
  'lint and format': ['node_modules/@biomejs/biome/bin/biome', 'ci', '--error-on-warnings', '--colors=off'],
  migrations: ['scripts/check-migrations.ts'],
  'import rules': ['scripts/check-imports.ts'],
  supergraph: ['schema/compose.ts', '--check'],
  'generated types': ['node_modules/@graphql-codegen/cli/esm/bin.js', '--check', '--config', 'codegen.ts'],
  descriptions: ['scripts/check-descriptions.ts'],
  links: ['scripts/check-links.ts'],
} as const satisfies Record<string, readonly string[]>;

type Outcome = { readonly name: string; readonly passed: boolean };

async function runCheck(name: string, command: readonly string[]): Promise<Outcome> {
  const started = performance.now();
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const exitCode = await new Promise((resolve) => child.once('close', resolve));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${exitCode === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
  if (exitCode !== 0) console.log(output.trimEnd().replace(/^/gm, '     '));
  return { name, passed: exitCode === 0 };
}

const outcomes = await Promise.all(Object.entries(checks).map(([name, command]) => runCheck(name, command)));
const failed = outcomes.filter(({ passed }) => !passed);
console.log(`${outcomes.length - failed.length} of ${outcomes.length} checks passed`);
process.exitCode = failed.length > 0 ? 1 : 0;
