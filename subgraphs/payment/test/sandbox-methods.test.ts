import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import {
  findSandboxMethod,
  type SandboxMethod,
  sandboxMethodHint,
  sandboxMethods,
} from '../service/provider/sandbox-methods.ts';

const page = readFileSync(new URL('../../../docs/sandbox.md', import.meta.url), 'utf8');
const rows = page.split('\n').flatMap((line) => {
  const [, methods, outcome] = line.match(/^\| (`.*`) \| (.*) \|$/) ?? [];
  const ids = [...(methods ?? '').matchAll(/`(\w+)`/g)].map(([, id]) => String(id));
  return ids.map((id) => ({ id, outcome: String(outcome) }));
});

function wordsOf({ outcome, reason, delay }: SandboxMethod): RegExp {
  if (outcome === 'decline') return new RegExp(`^declined: \`${reason}\``);
  if (outcome === 'authenticate') return /^REQUIRES_ACTION/;
  return delay === undefined ? /charge/ : /after so many milliseconds/;
}

test('docs/sandbox.md lists every payment method of the sandbox, each once and with its outcome', () => {
  expect(rows.map(({ id }) => id).toSorted()).toEqual(
    [...Object.keys(sandboxMethods), 'sandbox_slow_1500'].toSorted(),
  );
  for (const { id, outcome } of rows) {
    const method = findSandboxMethod(id);
    if (!method) throw new Error(`The sandbox does not know ${id}.`);
    expect(outcome).toMatch(wordsOf(method));
  }
});

test('what the hint names is so', () => {
  const named = [...sandboxMethodHint.matchAll(/pm_\w+/g)].map(([id]) => findSandboxMethod(id)?.outcome);
  expect(named).toEqual(['charge', 'decline', 'decline', 'authenticate']);
});
