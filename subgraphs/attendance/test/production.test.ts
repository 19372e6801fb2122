import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestHost, type TestHost } from './host-client.ts';
import { HostProcess } from './host-process.ts';
import { newSigningKey } from './signing-key.ts';

const production = {
  NODE_ENV: 'production',
  JWT_SECRET: 'j'.repeat(40),
  SERVICE_SECRET: 's'.repeat(40),
  TICKET_SIGNING_KEYS: newSigningKey(),
  PAYMENT_PROVIDER: 'sandbox',
  ADMIN_USERNAME: 'root',
  ADMIN_PASSWORD: 'a-long-enough-one',
  CORS_ORIGINS: 'https://explorer.example',
};

let system: TestHost;
beforeAll(async () => {
  system = await startTestHost(production);
});
afterAll(() => system.close());

test('production shows strangers no schema', async () => {
  expect((await system.ask('{ __schema { types { name } } }')).errors).toHaveLength(1);
  expect((await system.ask('{ __type(name: "User") { name } }')).errors).toHaveLength(1);
});

test.each([
  ['', 1],
  ['https://tickets.example.org', 0],
])(
  'production at PUBLIC_URL=%j warns at the start of links that lead nowhere: %i times',
  async (publicUrl, times) => {
    const process = await HostProcess.start({
      ...production,
      DATABASE_URL: system.database.url,
      DRAIN_SECONDS: '0',
      PUBLIC_URL: publicUrl,
    });
    await process.ready();
    const { code, output } = await process.stop();
    expect(code).toBe(0);
    expect(output.match(/PUBLIC_URL is not given/g) ?? []).toHaveLength(times);
  },
  60_000,
);

test('production suggests nothing', async () => {
  const { errors } = await system.ask('{ evets { edges { cursor } } }');
  expect(JSON.stringify(errors)).not.toContain('events');
});

test('production has no explorer', async () => {
  const visit = (path: string) => fetch(`${system.url}${path}`, { headers: { accept: 'text/html' } });
  expect((await visit('/explorer')).status).toBe(404);
  const page = await visit('/graphql');
  expect(page.status).toBeGreaterThanOrEqual(400);
  expect(await page.text()).not.toContain('<script');
});

test('production has the document of its routes, which are no secret, and no page to try them', async () => {
  for (const port of [system.host.port, system.host.identityPort]) {
    const statusOf = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
    for (const path of ['/docs', '/docs/', '/docs/json', '/docs/static/swagger-ui.css']) {
      expect(await statusOf(path)).toBe(404);
    }
    expect(await statusOf('/openapi.json')).toBe(200);
  }
});

test('production lets nobody register as more than a user', async () => {
  const register =
    'mutation { register(input: { username: "eager", password: "test-pass-123", role: COMMITTEE }) { accessToken } }';
  expect((await system.ask(register)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
});

test('other explorers are let in by CORS_ORIGINS, and no others', async () => {
  const preflight = (origin: string) =>
    fetch(`${system.url}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });
  const allowed = await preflight('https://explorer.example');
  expect(allowed.headers.get('access-control-allow-origin')).toBe('https://explorer.example');
  expect(allowed.headers.get('access-control-allow-headers')).toContain('authorization');
  expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
});
