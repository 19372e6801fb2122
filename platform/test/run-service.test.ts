import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { EnvironmentReader, readCommonEnvironment } from '../env.ts';

test('a service that cannot close what it has ends at its deadline, says so and exits with 1', async () => {
  const script = fileURLToPath(new URL('stubborn-service.ts', import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const complaints = text(child.stderr);
  await once(child.stdout, 'data');
  const exited = once(child, 'exit');
  const before = Date.now();
  child.kill('SIGTERM');
  expect((await exited)[0]).toBe(1);
  expect(Date.now() - before).toBeLessThan(10_000);
  expect(await complaints).toBe('The service did not stop in time; it ends with what is open.\n');
});

test('a drain that would leave no time for the rest of a stop is refused', () => {
  const drainTime = (seconds: string) =>
    readCommonEnvironment(new EnvironmentReader({ DRAIN_SECONDS: seconds })).drainTime;
  expect(drainTime('15')).toBe(15_000);
  expect(() => drainTime('16')).toThrow('DRAIN_SECONDS must be a whole number from 0 to 15');
});
