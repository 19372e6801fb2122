import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type RunningHost, startHost } from './running-host.ts';
import { runSmoke } from './smoke-process.ts';

let host: RunningHost;

beforeAll(async () => {
  host = await startHost();
}, 60_000);

afterAll(async () => {
  await host.stop();
});

test('Every journey succeeds on a freshly started system', async () => {
  const { exitCode, output } = await runSmoke('--url', host.url, '--identity-url', host.identityUrl);

  expect(output).not.toContain('✗');
  expect(output).toContain('✓ left unpaid, it expires');
  expect(output).toMatch(/\n\d+ passed, 0 failed\n$/);
  expect(exitCode).toBe(0);
}, 60_000);

test('A wrong admin password is told as what it is, once', async () => {
  const { exitCode, output } = await runSmoke('--url', host.url, '--admin-password', 'not the password');

  expect(exitCode).toBe(1);
  expect(output).toContain('INVALID_CREDENTIALS: ');
  expect(output).not.toContain('RATE_LIMITED');
}, 60_000);
