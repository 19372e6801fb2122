import { describe, expect, test } from '@jest/globals';
import { Deployment } from '../deployment.ts';
import { type Journey, journey } from '../journey.ts';
import { runJourneys } from '../runner.ts';

const admin = { username: 'admin', password: 'admin123' };

async function run(...journeys: readonly Journey[]) {
  const lines: string[] = [];
  const deployment = new Deployment({
    url: 'http://localhost:1',
    identityUrl: undefined,
    admin,
    sales: true,
  });
  const outcome = await runJourneys(journeys, deployment, (line) => lines.push(line));
  return { outcome, lines: lines.map((line) => line.replace(/\(\d+ ms\)/, '(n ms)')) };
}

const fails = async () => {
  throw new Error('expected rain');
};

const holds = async () => undefined;

describe('The runner', () => {
  test('counts each step that holds', async () => {
    const { outcome, lines } = await run(
      journey({ name: 'a walk', scene: ['out of the door', holds], steps: {} }),
      { name: 'a rest', steps: () => [{ name: 'on a bench', run: holds }] },
    );

    expect(outcome).toEqual({ passed: 2, failed: 0 });
    expect(lines.at(-1)).toBe('\n2 passed, 0 failed');
  });

  test('leaves out what follows a failure, and goes on with the next journey', async () => {
    const after: string[] = [];
    const walk = journey({
      name: 'a walk',
      scene: ['out of the door', async () => 'outside'],
      steps: {
        'it rains': fails,
        'home again': async (place) => void after.push(place),
      },
    });

    const { outcome, lines } = await run(walk, {
      name: 'a rest',
      steps: () => [{ name: 'on a bench', run: holds }],
    });

    expect(outcome).toEqual({ passed: 2, failed: 1 });
    expect(after).toEqual([]);
    expect(lines).toEqual([
      '\na walk',
      '  ✓ out of the door (n ms)',
      '  ✗ it rains (n ms)',
      '      expected rain',
      '      not run: 1 further step',
      '\na rest',
      '  ✓ on a bench (n ms)',
      '\n2 passed, 1 failed',
    ]);
  });

  test('hands what the first step made to the others', async () => {
    const seen: string[] = [];
    const steps = { look: async (place: string) => void seen.push(place) };

    await run(journey({ name: 'a walk', scene: ['out', async () => 'outside'], steps }));

    expect(seen).toEqual(['outside']);
  });
});
