import { parseArgs } from 'node:util';
import { auditedGateway } from './audited-gateway.ts';

/**
 * Runs a served graphql-hive/federation-gateway-audit (`npx tsx src/cli.ts serve --port 4200` in its folder) against our
 * gateway, suite by suite, and prints each case that fails.
 *
 *   node gateway/audit/main.ts --audit http://localhost:4200 [--suite requires-requires]
 */
const { values } = parseArgs({
  options: { audit: { type: 'string', default: 'http://localhost:4200' }, suite: { type: 'string' } },
});

interface AuditCase {
  readonly query: string;
  readonly expected: { readonly data?: unknown; readonly errors?: boolean };
}

const read = async <Answer>(path: string): Promise<Answer> =>
  (await (
    await fetch(`${values.audit}/${path}`, { headers: { accept: 'application/json' } })
  ).json()) as Answer;

let passed = 0;
let failed = 0;

async function runSuite(suite: string): Promise<void> {
  const supergraph = await (await fetch(`${values.audit}/${suite}/supergraph`)).text();
  const app = await auditedGateway(supergraph);
  const cases = await read<AuditCase[]>(`${suite}/tests`);
  for (const [index, { query, expected }] of cases.entries()) {
    const response = await app.inject({ method: 'POST', url: '/graphql', payload: { query } });
    const { data = null, errors } = response.json();
    const isRight =
      isEqual(data, expected.data ?? null) &&
      (expected.errors === undefined ? true : expected.errors === errors?.length > 0);
    if (isRight) passed += 1;
    else {
      failed += 1;
      process.stdout.write(`${suite} #${index}\n${query}\n${JSON.stringify({ expected, data, errors })}\n`);
    }
  }
  await app.close();
}

const isEqual = (left: unknown, right: unknown): boolean => sorted(left) === sorted(right);

function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([left], [right]) => (left < right ? -1 : 1)))
      : part,
  );
}

const suites = values.suite === undefined ? await read<string[]>('ids') : [values.suite];
for (const suite of suites) await runSuite(suite);
process.stdout.write(`${passed} of ${passed + failed} cases passed\n`);
process.exitCode = failed === 0 ? 0 : 1;
