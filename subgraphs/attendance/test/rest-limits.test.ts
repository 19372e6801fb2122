import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { startTestHost, type TestHost } from './host-client.ts';

let host: TestHost;
let identity: string;
beforeAll(async () => {
  host = await startTestHost({ LIMIT_REQUESTS_PER_MINUTE: '30', LIMIT_VIEWER_REQUESTS_PER_MINUTE: '5' });
  identity = `http://127.0.0.1:${host.host.identityPort}`;
});
afterAll(() => host.close());
beforeEach(awaitRoomInMinute);

/** Minutes are the clock's: a test that began in one and ended in another would count twice. */
async function awaitRoomInMinute(): Promise<void> {
  const left = 60_000 - (Date.now() % 60_000);
  if (left < 10_000) await setTimeout(left);
}

const get = (url: string, token?: string) =>
  fetch(url, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });

async function statusesOf(count: number, ask: () => Promise<Response>): Promise<Record<number, number>> {
  const statuses: Record<number, number> = {};
  for (let request = 0; request < count; request += 1) {
    const { status } = await ask();
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
  return statuses;
}

describe('the limits of a running host', () => {
  test('hold somebody who is signed in, at REST and GraphQL together', async () => {
    const { token } = await host.person('eager');
    expect(await statusesOf(3, () => get(`${host.url}/tickets/orders`, token))).toEqual({ 200: 3 });
    const ask = () => host.ask('{ me { username } }', {}, token);
    expect((await ask()).data.me.username).toBe('eager');
    await ask();
    expect((await ask()).errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
    const refused = await get(`${host.url}/api/auth/me`, token);
    expect([refused.status, await refused.json()]).toEqual([
      429,
      { detail: expect.stringMatching(/^Too many/) },
    ]);
    expect(refused.headers.get('ratelimit-limit')).toBe('5');
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    // Identity has a listener of its own, which counts for itself.
    expect((await get(`${identity}/auth/me`, token)).status).toBe(200);
  });

  test('hold strangers at either port, and no monitor', async () => {
    for (const url of [`${host.url}/events`, `${identity}/auth/me`]) {
      const statuses = await statusesOf(40, () => get(url));
      expect(statuses[429]).toBeGreaterThanOrEqual(10);
    }
    for (const url of [host.url, identity]) {
      expect(await statusesOf(40, () => get(`${url}/health`))).toEqual({ 200: 40 });
      expect(await statusesOf(40, () => get(`${url}/ready`))).toEqual({ 200: 40 });
    }
  });

  test('never hold the door', async () => {
    expect(await statusesOf(40, () => get(`${host.url}/events`, host.admin))).toEqual({ 200: 40 });
  });

  test('never hold a payment provider', async () => {
    const hook = () => fetch(`${host.url}/webhooks/stripe`, { method: 'POST', body: '{}' });
    const statuses = await statusesOf(40, hook);
    expect(statuses[429]).toBeUndefined();
  });
});
