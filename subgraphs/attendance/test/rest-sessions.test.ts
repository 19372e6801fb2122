import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestHost, type TestHost } from './host-client.ts';
import { CookieJar } from './rest-browser.ts';

let host: TestHost;
let api: string;
let identity: string;
beforeAll(async () => {
  host = await startTestHost();
  api = `${host.url}/api/auth`;
  identity = `http://127.0.0.1:${host.host.identityPort}/auth`;
});
afterAll(() => host.close());

let people = 0;

/** Somebody new, with the cookies of a browser that signed in. */
async function signedIn(): Promise<{ jar: CookieJar; username: string; id: string }> {
  people += 1;
  const username = `person-${people}`;
  const { id } = await host.person(username);
  const jar = new CookieJar();
  const response = await jar.post(`${api}/login`, { username, password: 'test-pass-123' });
  expect(response.status).toBe(200);
  return { jar, username, id };
}

const statusOf = async (jar: CookieJar, url: string) => (await jar.fetch(url)).status;
const bothPorts = async (jar: CookieJar) => [
  await statusOf(jar.copy(), `${api}/me`),
  await statusOf(jar.copy(), `${identity}/me`),
];

async function until(condition: () => Promise<boolean>, withinMs: number): Promise<boolean> {
  const end = performance.now() + withinMs;
  while (performance.now() < end) if (await condition()) return true;
  return false;
}

describe('the session of a browser', () => {
  test('holds at both ports, and in cookies that no script reads', async () => {
    const { jar } = await signedIn();
    expect([...jar.cookies.keys()].sort()).toEqual(['tixgo_access', 'tixgo_refresh']);
    expect(await bothPorts(jar)).toEqual([200, 200]);
    const login = await new CookieJar().post(`${identity}/login`, {
      username: 'admin',
      password: 'admin123',
    });
    for (const line of login.headers.getSetCookie())
      expect(line).toMatch(/; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(login.headers.get('cache-control')).toBe('no-store');
  });

  test.each(['host', 'identity'])('goes on by itself at %s when its access has expired', async (where) => {
    const { jar, username } = await signedIn();
    const before = jar.cookies.get('tixgo_refresh');
    // As a browser drops it, or the clock ends it.
    jar.cookies.delete('tixgo_access');
    const response = await jar.fetch(`${where === 'host' ? api : identity}/me`);
    expect(await response.json()).toMatchObject({ username });
    expect(jar.cookies.get('tixgo_refresh')).not.toBe(before);
    expect(await bothPorts(jar)).toEqual([200, 200]);
  });

  test('goes on for all requests of a page that come at once', async () => {
    const { jar } = await signedIn();
    jar.cookies.delete('tixgo_access');
    const jars = Array.from({ length: 12 }, () => jar.copy());
    const statuses = await Promise.all(
      jars.map((each, index) => statusOf(each, `${index % 2 ? api : identity}/me`)),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(new Set(jars.map(({ cookies }) => cookies.get('tixgo_refresh'))).size).toBe(1);
    for (const each of jars) expect(await statusOf(each, `${api}/me`)).toBe(200);
  });

  test('is over after signing out, for whoever has copied it as well', async () => {
    const { jar } = await signedIn();
    const copy = jar.copy();
    const response = await jar.post(`${api}/logout`, {});
    expect([response.status, await response.json()]).toEqual([200, { detail: 'Signed out.' }]);
    expect(jar.cookies.size).toBe(0);
    expect(await until(async () => (await bothPorts(copy)).every((status) => status === 401), 1_000)).toBe(
      true,
    );
    // Twice is no mistake.
    expect((await jar.post(`${api}/logout`, {})).status).toBe(200);
    expect((await copy.post(`${api}/logout`, {})).status).toBe(200);
    expect(copy.cookies.size).toBe(0);
  });

  test('that is over does not keep anybody from signing in again', async () => {
    const { jar, username } = await signedIn();
    const stale = jar.copy();
    await jar.post(`${api}/logout`, {});
    for (const port of [api, identity]) {
      const browser = stale.copy();
      const response = await browser.post(`${port}/login`, { username, password: 'test-pass-123' });
      expect(response.status).toBe(200);
      expect(browser.cookies.get('tixgo_access')).not.toBe(stale.cookies.get('tixgo_access'));
      expect(await bothPorts(browser)).toEqual([200, 200]);
      const failed = await stale.copy().post(`${port}/login`, { username, password: 'wrong' });
      expect([failed.status, failed.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    }
  });

  test('that was altered is none', async () => {
    const { jar } = await signedIn();
    const broken = jar.copy();
    broken.cookies.set('tixgo_access', 'eyJ.nonsense');
    broken.cookies.set('tixgo_refresh', '%00%ff');
    expect(await statusOf(broken, `${api}/me`)).toBe(401);
    expect(broken.cookies.size).toBe(0);
    expect(await statusOf(jar, `${api}/me`)).toBe(200);
  });

  test('of somebody who was banned is refused at both ports within a second', async () => {
    const { jar, id } = await signedIn();
    expect(await bothPorts(jar)).toEqual([200, 200]);
    const ban = 'mutation ($id: ID!) { banUser(userId: $id, reason: "test") { id } }';
    expect((await host.ask(ban, { id }, host.admin)).errors).toBeUndefined();
    expect(await until(async () => (await bothPorts(jar)).every((status) => status === 401), 1_000)).toBe(
      true,
    );
    await jar.fetch(`${api}/me`);
    expect(jar.cookies.size).toBe(0);
  });

  test('of somebody with another role has that role at once', async () => {
    const { jar, id } = await signedIn();
    const role = 'mutation ($id: ID!) { setUserRole(userId: $id, role: COMMITTEE) { id } }';
    await host.ask(role, { id }, host.admin);
    const isCommittee = async () => {
      const response = await jar.fetch(`${api}/verify`);
      return JSON.stringify(await response.json()).includes('"committee"');
    };
    expect(await until(isCommittee, 1_000)).toBe(true);
    expect(await bothPorts(jar)).toEqual([200, 200]);
  });

  test('writes nothing for pages of other sites', async () => {
    const { jar } = await signedIn();
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    for (const [url, body] of [
      [`${api}/logout`, {}],
      [`${identity}/logout`, {}],
      [`${host.url}/api/tickets/book`, { event_id: 'evt1' }],
      [`${api}/login`, { username: 'admin', password: 'admin123' }],
    ] as const) {
      expect((await jar.post(url, body, foreign)).status).toBe(403);
    }
    expect(await bothPorts(jar)).toEqual([200, 200]);
  });

  test('opens nothing at /graphql, which takes tokens alone', async () => {
    const { jar } = await signedIn();
    const response = await jar.post(`${host.url}/graphql`, { query: '{ me { username } }' });
    expect(await response.json()).not.toMatchObject({ data: { me: { username: expect.any(String) } } });
  });
});

describe('a token', () => {
  test('is asked for by its name where it is missing, and throttled logins say when to come back', async () => {
    for (const url of [`${api}/me`, `${identity}/verify`, `${host.url}/tickets/orders`]) {
      const response = await fetch(url);
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
      expect(await response.json()).toEqual({ detail: 'Sign in first.' });
    }
    const { username } = await signedIn();
    const attempt = async () =>
      await new CookieJar().post(`${identity}/login`, { username, password: 'wrong' });
    let response = await attempt();
    for (let count = 0; count < 50 && response.status === 401; count += 1) response = await attempt();
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('a host on https', () => {
  test('ties its cookies to itself', async () => {
    const secure = await startTestHost({ PUBLIC_URL: 'https://tickets.example' });
    try {
      for (const url of [`${secure.url}/api/auth`, `http://127.0.0.1:${secure.host.identityPort}/auth`]) {
        const jar = new CookieJar();
        const response = await jar.post(`${url}/login`, { username: 'admin', password: 'admin123' });
        expect(response.headers.getSetCookie()).toHaveLength(2);
        for (const line of response.headers.getSetCookie()) {
          expect(line).toMatch(/^__Host-tixgo_(access|refresh)=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
        }
        expect(response.headers.get('strict-transport-security')).toMatch(/^max-age=/);
        expect(await statusOf(jar, `${url}/me`)).toBe(200);
      }
    } finally {
      await secure.close();
    }
  });
});
