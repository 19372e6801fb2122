import { connect } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { subgraphUnavailable } from '../errors.ts';
import type { HttpService } from '../http/http-service.ts';
import type { RestOperation } from '../rest/rest-api.ts';
import { type RestServiceSettings, restService, tokenOf, whoRoute } from './rest-service.ts';

const services: HttpService[] = [];
afterEach(async () => {
  for (const service of services.splice(0)) await service.close();
});

type Headers = Record<string, string>;

async function door(settings: RestServiceSettings = {}) {
  const service = await restService(settings, whoRoute);
  services.push(service);
  const ask = async (method: 'GET' | 'POST', headers: Headers) => {
    const response = await service.app.inject({ method, url: '/who', headers });
    return { status: response.statusCode, headers: response.headers, json: response.json() };
  };
  return {
    service,
    get: (headers: Headers) => ask('GET', headers),
    post: (headers: Headers) => ask('POST', headers),
  };
}

const ada = tokenOf('ada');
const bob = tokenOf('bob');
const cookieOf = (access: string, refresh = 'r1') => ({
  cookie: `tixgo_access=${access}; tixgo_refresh=${refresh}`,
});
const isAda = { username: 'ada' };
const malformed = { nobody: 'The Authorization header must read "Bearer <token>".' };

describe('a token', () => {
  test('says who asks, whatever the case of its scheme', async () => {
    const { get } = await door();
    for (const scheme of ['Bearer', 'bearer', 'BEARER', 'Bearer ']) {
      expect((await get({ authorization: `${scheme} ${ada}` })).json).toMatchObject(isAda);
    }
    expect((await get({})).json).toEqual({ nobody: true });
  });

  test.each([
    `Bearer Bearer ${ada}`,
    'Bearer',
    'Bearer ',
    ada,
    `Basic ${ada}`,
    `Bearer ${ada} ${ada}`,
    `Bearer,${ada}`,
  ])('of another form makes nobody of its bearer, and no stranger: %s', async (authorization) => {
    const { get } = await door();
    expect((await get({ authorization })).json).toEqual(malformed);
  });

  test('that was altered is refused', async () => {
    const { get } = await door();
    const [head, body, signature = ''] = ada.split('.');
    const altered = `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    expect((await get({ authorization: `Bearer ${altered}` })).json).toEqual({
      nobody: expect.stringMatching(/\w+/),
    });
  });

  test('counts before a cookie, even when it is bad', async () => {
    const { get } = await door();
    expect((await get({ authorization: `Bearer ${ada}`, ...cookieOf(bob) })).json).toMatchObject(isAda);
    expect((await get({ authorization: 'Bearer', ...cookieOf(bob) })).json).toEqual(malformed);
  });

  test('beside another one is refused, since a proxy may have looked at either', async () => {
    const { service } = await door();
    const port = await service.listen({ host: '127.0.0.1', port: 0, portVariable: 'TEST_PORT' });
    const { promise, resolve } = Promise.withResolvers<string>();
    const socket = connect(port, '127.0.0.1');
    socket.end(
      [
        'GET /who HTTP/1.1',
        'Host: x',
        'Connection: close',
        `Authorization: Bearer ${ada}`,
        `authorization: Bearer ${bob}`,
        '',
        '',
      ].join('\r\n'),
    );
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    socket.once('close', () => resolve(answer));
    expect(await promise).toContain('{"nobody":"Send one Authorization header, not several."}');
  });
});

describe('a write with the session of a browser', () => {
  const publicUrl = 'https://tickets.example';
  const corsOrigins = ['https://partner.example'];
  const cookie = { cookie: `__Host-tixgo_access=${ada}`, host: 'tickets.example' };

  test.each<[string, Headers]>([
    ['of another site, by its Origin', { origin: 'https://evil.example' }],
    [
      'of another site, as the browser says',
      { 'sec-fetch-site': 'cross-site', origin: 'https://tickets.example.evil' },
    ],
    [
      'of a neighbouring subdomain',
      { 'sec-fetch-site': 'same-site', origin: 'https://blog.tickets.example' },
    ],
    ['of another site, without an Origin', { 'sec-fetch-site': 'cross-site' }],
    ['of a sandboxed frame', { origin: 'null' }],
    ['of the same host on another port', { origin: 'https://tickets.example:8443' }],
    ['of what is no origin', { origin: 'tickets.example' }],
  ])('%s is refused', async (_name, headers) => {
    const { post, get } = await door({ publicUrl, corsOrigins });
    const { status, json } = await post({ ...cookie, ...headers });
    expect([status, json]).toEqual([403, { detail: 'Pages of other sites may not change anything here.' }]);
    expect((await get({ ...cookie, ...headers })).json).toMatchObject(isAda);
  });

  test.each<[string, Headers]>([
    ['of our own page', { origin: publicUrl, 'sec-fetch-site': 'same-origin' }],
    ['of our own page in an older browser', { origin: publicUrl }],
    ['of our own page behind a proxy that changes the host', { origin: publicUrl, host: 'internal:18082' }],
    [
      'of a site that CORS_ORIGINS names',
      { origin: 'https://partner.example', 'sec-fetch-site': 'cross-site' },
    ],
    ['of no page, as typed in', { 'sec-fetch-site': 'none' }],
    ['of curl, which says nothing', {}],
  ])('%s is taken', async (_name, headers) => {
    const { post } = await door({ publicUrl, corsOrigins });
    expect((await post({ ...cookie, ...headers })).json).toMatchObject(isAda);
  });

  test('is refused before anybody could be signed in by it, cookie or not', async () => {
    const { post } = await door({ publicUrl });
    expect((await post({ origin: 'https://evil.example' })).status).toBe(403);
  });

  test('needs no such rule with a token, which no page sends by itself', async () => {
    const { post } = await door({ publicUrl });
    expect(
      (await post({ authorization: `Bearer ${ada}`, origin: 'https://evil.example' })).json,
    ).toMatchObject(isAda);
  });
});

describe('a session in cookies', () => {
  const refreshing = () => {
    const seen: RestOperation[] = [];
    const execute = async (operation: RestOperation) => {
      seen.push(operation);
      return operation.variables.refreshToken === 'r1'
        ? { data: { refreshSession: { accessToken: ada, refreshToken: 'r2' } } }
        : {
            data: { refreshSession: null },
            errors: [
              { message: 'no', path: ['refreshSession'], extensions: { code: 'UNAUTHENTICATED' } },
            ] as never,
          };
    };
    return { execute, seen };
  };

  test('is renewed when its access has expired, and the browser keeps what it got', async () => {
    const { execute, seen } = refreshing();
    const { get } = await door({ execute });
    const { json, headers } = await get(cookieOf('expired'));
    expect(json).toMatchObject(isAda);
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(`^tixgo_access=${ada}; Max-Age=2592000; Path=/; HttpOnly; SameSite=Lax$`),
      expect.stringMatching(/^tixgo_refresh=r2; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/),
    ]);
    expect(seen).toHaveLength(1);
    expect((await get(cookieOf(ada))).headers['set-cookie']).toBeUndefined();
    expect(seen).toHaveLength(1);
  });

  test('that is over is dropped, and leaves a stranger who may sign in', async () => {
    const { execute } = refreshing();
    const { post } = await door({ execute });
    const { status, json, headers } = await post(cookieOf('expired', 'reused'));
    expect([status, json]).toEqual([200, { nobody: true }]);
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(/^tixgo_access=; Max-Age=0; Path=\/;/),
      expect.stringMatching(/^tixgo_refresh=; Max-Age=0; Path=\/;/),
    ]);
  });

  test('is kept while nobody can say whether it goes on', async () => {
    const { extensions, message } = subgraphUnavailable();
    const execute = async () => ({ data: null, errors: [{ message, extensions }] as never });
    const { get } = await door({ execute });
    const { status, headers, json } = await get(cookieOf('expired'));
    expect([status, headers['retry-after'], json]).toEqual([503, '1', { detail: message }]);
    expect(headers['set-cookie']).toBeUndefined();
  });

  test('whose access was ended is asked for again, as an expired one', async () => {
    const { execute } = refreshing();
    const { get } = await door({ execute, isEnded: ({ username }) => username === 'bob' });
    expect((await get(cookieOf(bob))).json).toMatchObject(isAda);
    expect((await get(cookieOf(bob, 'r9'))).json).toEqual({ nobody: true });
  });

  test('is tied to its host on https, and works on plain http', async () => {
    const { execute } = refreshing();
    const { get } = await door({ execute, publicUrl: 'https://tickets.example' });
    const { headers } = await get({ cookie: '__Host-tixgo_refresh=r1' });
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(/^__Host-tixgo_access=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
      expect.stringMatching(/^__Host-tixgo_refresh=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
    ]);
    // A neighbour on http could have set this one.
    expect((await get(cookieOf(ada))).json).toEqual({ nobody: true });
  });
});

describe('answers', () => {
  test('to somebody, or to a write, are kept by no cache', async () => {
    const { get, post } = await door();
    const cached = async (answer: Promise<{ headers: object }>) =>
      Reflect.get((await answer).headers, 'cache-control');
    expect(await cached(get({}))).toBeUndefined();
    expect(await cached(get({ authorization: `Bearer ${ada}` }))).toBe('no-store');
    expect(await cached(get({ authorization: 'Bearer' }))).toBe('no-store');
    expect(await cached(get(cookieOf(ada)))).toBe('no-store');
    expect(await cached(get(cookieOf('expired')))).toBe('no-store');
    expect(await cached(post({}))).toBe('no-store');
  });

  test('are read by pages of CORS_ORIGINS, with the session, and by no others', async () => {
    const { service } = await door({ corsOrigins: ['https://partner.example'] });
    const preflight = async (origin: string) => {
      const { statusCode, headers } = await service.app.inject({
        method: 'OPTIONS',
        url: '/who',
        headers: { origin, 'access-control-request-method': 'DELETE' },
      });
      expect(statusCode).toBe(204);
      return headers;
    };
    const allowed = await preflight('https://partner.example');
    expect(allowed).toMatchObject({
      'access-control-allow-origin': 'https://partner.example',
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, DELETE, OPTIONS',
    });
    expect(await preflight('https://evil.example')).not.toHaveProperty('access-control-allow-origin');
    const anyone = await door({ corsOrigins: ['*'] });
    const { headers } = await anyone.get({ origin: 'https://evil.example' });
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
  });
});
