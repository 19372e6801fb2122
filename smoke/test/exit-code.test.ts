import { afterEach, describe, expect, test } from '@jest/globals';
import { type FakeHost, startFakeHost } from './fake-host.ts';
import { runSmoke } from './smoke-process.ts';

let host: FakeHost | undefined;

afterEach(async () => {
  await host?.stop();
  host = undefined;
});

/** The figures of the closing line. */
function figuresOf(output: string): { passed: number; failed: number } {
  const [, passed, failed] =
    /^(\d+) passed, (\d+) failed\n$/m.exec(output.slice(output.lastIndexOf('\n\n') + 2)) ?? [];
  return { passed: Number(passed), failed: Number(failed) };
}

describe('The smoke test ends with exit code 1', () => {
  test('when what answers is healthy and nothing else, and tries every journey first', async () => {
    host = await startFakeHost({ errors: [{ message: 'Closed.', extensions: { code: 'FORBIDDEN' } }] });

    const { exitCode, output } = await runSmoke('--url', host.url, '--admin-password', 'not-to-be-shown');

    expect(exitCode).toBe(1);
    expect(figuresOf(output)).toEqual({ passed: 3, failed: 18 });
    expect(output.match(/^\S.*$/gm)).toContain('cancellation');
  });

  test('when every answer is empty', async () => {
    host = await startFakeHost({ data: {} });

    const { exitCode, output } = await runSmoke('--url', host.url);

    expect(exitCode).toBe(1);
    expect(figuresOf(output).failed).toBe(18);
  });

  test('without a try to pay where that would move money', async () => {
    host = await startFakeHost({ data: {} });

    const { output } = await runSmoke('--url', host.url, '--without-sales');

    expect(figuresOf(output).failed).toBe(12);
    expect(output).not.toMatch(/^(?:buying|refund)/m);
  });

  test('with one line when nothing listens', async () => {
    host = await startFakeHost({});
    const { url } = host;
    await host.stop();
    host = undefined;

    const { exitCode, output } = await runSmoke('--url', url);

    expect(exitCode).toBe(1);
    expect(output).toBe(
      `${url} cannot be reached (ECONNREFUSED). Is TixGo running there? Give another address with --url.\n`,
    );
  });

  test.each([
    [
      ['--url', 'localhost:18082'],
      '--url must be a URL such as http://localhost:18082, not "localhost:18082".',
    ],
    [['--uri', 'http://localhost'], "Unknown option '--uri'"],
  ])('with one line for the arguments %j', async (args, message) => {
    const { exitCode, output } = await runSmoke(...args);

    expect(exitCode).toBe(1);
    expect(output).toContain(message);
    expect(output.trimEnd()).not.toContain('\n');
  });
});

describe('A step that failed shows', () => {
  test('what was asked, what was answered and the request id, and no password or token', async () => {
    const session = {
      accessToken: 'secret-token',
      refreshToken: 'secret-token',
      expiresAt: 'never',
      user: null,
    };
    host = await startFakeHost({ data: { register: session, login: session } });

    const { output } = await runSmoke('--url', host.url, '--admin-password', 'secret-password');

    expect(output).toContain(
      `asked:      POST ${host.url}/graphql mutation Register {"input":{"username":"smoke-`,
    );
    expect(output).toContain('"password":"(not shown)"');
    expect(output).toContain('answered:   200 {"data":{"register":{"accessToken":"(not shown)"');
    expect(output).toContain('request id: fake-1');
    expect(output).not.toMatch(/secret-(?:token|password)/);
  });
});
