import type { Deployment } from './deployment.ts';
import type { Exchange } from './exchange-log.ts';
import type { Journey, Step } from './journey.ts';

export interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

type Print = (line: string) => void;

/**
 * Runs the journeys one after the other. What follows a failed step in its journey is not run, since it builds on that
 * step; the other journeys are.
 */
export async function runJourneys(
  journeys: readonly Journey[],
  deployment: Deployment,
  print: Print,
): Promise<Outcome> {
  let passed = 0;
  let failed = 0;
  for (const { name, steps } of journeys) {
    print(`\n${name}`);
    const planned = steps(deployment);
    const held = await countHeld(planned, deployment, print);
    passed += held;
    if (held < planned.length) failed += 1;
    const left = planned.length - held - 1;
    if (left > 0) print(`      not run: ${left} further ${left === 1 ? 'step' : 'steps'}`);
  }
  print(`\n${passed} passed, ${failed} failed`);
  return { passed, failed };
}

/** How many steps held until one did not. */
async function countHeld(steps: readonly Step[], deployment: Deployment, print: Print): Promise<number> {
  for (const [index, step] of steps.entries()) {
    if (!(await holds(step, deployment, print))) return index;
  }
  return steps.length;
}

async function holds(step: Step, { exchanges }: Deployment, print: Print): Promise<boolean> {
  exchanges.forget();
  const started = performance.now();
  const took = () => `${Math.round(performance.now() - started)} ms`;
  try {
    await step.run();
    print(`  ✓ ${step.name} (${took()})`);
    return true;
  } catch (error) {
    print(`  ✗ ${step.name} (${took()})`);
    for (const line of describeFailure(error, exchanges.last)) print(`      ${line}`);
    return false;
  }
}

function describeFailure(error: unknown, exchange: Exchange | undefined): string[] {
  const message = error instanceof Error ? describeError(error) : String(error);
  const lines = message.trimEnd().split('\n');
  if (!exchange) return lines;
  return [
    ...lines,
    `asked:      ${exchange.asked}`,
    `answered:   ${exchange.answered}`,
    `request id: ${exchange.requestId ?? 'none was sent back'}`,
  ];
}

function describeError(error: Error): string {
  const code: unknown = Reflect.get(error, 'code');
  const isTold = typeof code === 'string' && code !== 'ERR_ASSERTION';
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return `${isTold ? `${code}: ` : ''}${error.message}${cause}`;
}
