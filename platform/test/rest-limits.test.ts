import { afterEach, describe, expect, test } from '@jest/globals';
import { EnvironmentReader } from '../env.ts';
import { readRateLimits, readTrustProxy } from '../http/env.ts';
import type { HttpService } from '../http/http-service.ts';
import type { RateLimits } from '../http/rate-limits.ts';
import { restService, tokenOf, whoRoute } from './rest-service.ts';

const services: HttpService[] = [];
afterEach(async () => {
  for (const service of services.splice(0)) await service.close();
});

async function door(limits: RateLimits, publicUrl?: string) {
  const service = await restService({ limits, ...(publicUrl && { publicUrl }) }, whoRoute);
  service.app.post('/graphql', async () => ({ data: {} }));
  services.push(service);
  return async (url: string, headers: Record<string, string> = {}, remoteAddress = '192.0.2.1') =>
    await service.app.inject({ url, headers, remoteAddress, method: url === '/graphql' ? 'POST' : 'GET' });
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('a limit', () => {
  test('tells strangers by their address how many are left, and then how long to wait', async () => {
    const ask = await door({ perAddress: 2, perViewer: 100 });
    expect((await ask('/who')).headers).toMatchObject({
      'ratelimit-limit': '2',
      'ratelimit-remaining': '1',
      'ratelimit-reset': '60',
    });
    expect((await ask('/nowhere')).headers['ratelimit-remaining']).toBe('0');
    const refused = await ask('/who');
    expect(refused.statusCode).toBe(429);
    expect(refused.json()).toEqual({
      detail: expect.stringMatching(/^Too many requests; go on in \d+ seconds?\.$/),
    });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect((await ask('/who', {}, '192.0.2.2')).statusCode).toBe(200);
  });

  test('counts one household of IPv6 as one', async () => {
    const ask = await door({ perAddress: 1, perViewer: 100 });
    expect((await ask('/who', {}, '2001:db8:1:1::1')).statusCode).toBe(200);
    expect((await ask('/who', {}, '2001:db8:1:1:ffff::2')).statusCode).toBe(429);
    expect((await ask('/who', {}, '2001:db8:1:2::1')).statusCode).toBe(200);
  });

  test('counts who is signed in for themselves, by token or cookie, wherever they are', async () => {
    const ask = await door({ perAddress: 1, perViewer: 2 });
    const ada = tokenOf('ada');
    await ask('/who');
    expect((await ask('/who', bearer(ada))).headers['ratelimit-remaining']).toBe('1');
    expect(
      (await ask('/who', { cookie: `tixgo_access=${ada}` }, '192.0.2.9')).headers['ratelimit-remaining'],
    ).toBe('0');
    expect((await ask('/who', bearer(ada), '192.0.2.10')).statusCode).toBe(429);
    expect((await ask('/who', bearer(tokenOf('bob')))).statusCode).toBe(200);
  });

  test('is not got around by a token that is none', async () => {
    const ask = await door({ perAddress: 2, perViewer: 100 });
    const statuses: number[] = [];
    for (const name of ['a', 'b', 'c']) {
      statuses.push((await ask('/who', bearer(`${tokenOf(name)}x`))).statusCode);
    }
    expect(statuses).toEqual([200, 200, 429]);
  });

  test('never slows a scanner down', async () => {
    const ask = await door({ perAddress: 1, perViewer: 1 });
    for (const role of ['SCANNER', 'COMMITTEE', 'ADMIN'] as const) {
      for (let scan = 0; scan < 5; scan += 1) {
        const { statusCode, headers } = await ask('/who', bearer(tokenOf(role, role)));
        expect([statusCode, headers['ratelimit-limit']]).toEqual([200, undefined]);
      }
    }
  });

  test('holds at /graphql, in the words of GraphQL', async () => {
    const ask = await door({ perAddress: 1, perViewer: 1 });
    await ask('/graphql');
    const refused = await ask('/graphql');
    expect(refused.statusCode).toBe(429);
    expect(refused.headers['retry-after']).toMatch(/^\d+$/);
    expect(refused.json()).toMatchObject({
      errors: [{ extensions: { code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) } }],
    });
  });

  test('lets monitors and balancers ask as often as they like', async () => {
    const ask = await door({ perAddress: 1, perViewer: 1 });
    for (const path of ['/health', '/ready', '/health', '/ready'])
      expect((await ask(path)).statusCode).toBe(200);
    expect((await ask('/who')).statusCode).toBe(200);
  });

  test('is off at 0, for either', async () => {
    const ask = await door({ perAddress: 0, perViewer: 1 });
    for (let request = 0; request < 3; request += 1) expect((await ask('/who')).statusCode).toBe(200);
    await ask('/who', bearer(tokenOf('ada')));
    expect((await ask('/who', bearer(tokenOf('ada')))).statusCode).toBe(429);
    const unlimited = await door({ perAddress: 0, perViewer: 0 });
    expect((await unlimited('/who')).headers).not.toHaveProperty('ratelimit-limit');
  });
});

describe('the environment', () => {
  const limits = (source: Record<string, string>, nodeEnv: 'production' | 'development') =>
    readRateLimits(new EnvironmentReader(source), nodeEnv);

  test('is strict in production, and elsewhere leaves tests and load tools alone', () => {
    expect(limits({}, 'production')).toEqual({ perAddress: 600, perViewer: 6_000 });
    expect(limits({}, 'development')).toEqual({ perAddress: 60_000, perViewer: 60_000 });
    const given = { LIMIT_REQUESTS_PER_MINUTE: '0', LIMIT_VIEWER_REQUESTS_PER_MINUTE: '7' };
    expect(limits(given, 'production')).toEqual({ perAddress: 0, perViewer: 7 });
    expect(() => limits({ LIMIT_REQUESTS_PER_MINUTE: '-1' }, 'production')).toThrow(
      /^LIMIT_REQUESTS_PER_MINUTE /,
    );
  });

  test('names the proxies that are believed', () => {
    const proxy = (value: string) => readTrustProxy(new EnvironmentReader({ TRUST_PROXY: value }));
    expect([proxy(''), proxy('true'), proxy('10.0.0.0/8, ::1')]).toEqual([false, true, '10.0.0.0/8, ::1']);
    expect(() => proxy('everyone')).toThrow(/^TRUST_PROXY /);
  });
});

describe('every answer', () => {
  const common = {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  };

  test.each(['/who', '/health', '/nowhere'])('tells browsers to make nothing of it: %s', async (path) => {
    const ask = await door({ perAddress: 0, perViewer: 0 });
    const { headers } = await ask(path);
    expect(headers).toMatchObject(common);
    expect(headers).not.toHaveProperty('strict-transport-security');
  });

  test('asks for https alone where that is how it is reached', async () => {
    const ask = await door({ perAddress: 0, perViewer: 0 }, 'https://tickets.example');
    expect((await ask('/health')).headers['strict-transport-security']).toBe('max-age=31536000');
  });
});
