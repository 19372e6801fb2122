import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { launchChromium, signIn, visitWithoutInternet } from '@tixgo/gateway/explorer/test/browser.ts';
import { icon } from '@tixgo/platform/icon.ts';
import type { Browser } from 'playwright-core';
import { startTestHost, type TestHost } from './host-client.ts';
import { type OpenApiDocument, operationsOf } from './rest-openapi.ts';

let host: TestHost;
let browser: Browser;
beforeAll(async () => {
  [host, browser] = await Promise.all([startTestHost(), launchChromium()]);
}, 60_000);
afterAll(async () => {
  await Promise.all([browser.close(), host.close()]);
}, 60_000);

describe('/docs, in a browser without internet', () => {
  test('shows every route of the host, and tries one', async () => {
    const { page, cutOff, complaints } = await visitWithoutInternet(browser);
    await page.goto(`http://localhost:${host.host.port}/docs`);
    await page.getByText('/attendance/{event_id}.csv').waitFor();
    const document = (await (await fetch(`${host.url}/openapi.json`)).json()) as OpenApiDocument;
    expect(await page.locator('.opblock').count()).toBe(operationsOf(document).length);
    await page.locator('#operations-events-get_events').click();
    await page.getByRole('button', { name: 'Try it out' }).click();
    await page.getByRole('button', { name: 'Execute' }).click();
    const answer = page.locator('.live-responses-table .response-col_status').last();
    await expect(answer.innerText()).resolves.toContain('200');
    expect([cutOff, complaints]).toEqual([[], []]);
    await page.context().close();
  }, 60_000);

  test('signs in at identity, whose cookie the next call has', async () => {
    const { page, cutOff, complaints } = await visitWithoutInternet(browser);
    const url = `http://localhost:${host.host.identityPort}`;
    await page.goto(`${url}/docs`);
    const login = page.locator('#operations-auth-post_auth_login');
    await login.click();
    await login.getByRole('button', { name: 'Try it out' }).click();
    await login.locator('textarea').fill('{"username":"admin","password":"admin123"}');
    await login.getByRole('button', { name: 'Execute' }).click();
    await login.locator('.live-responses-table').waitFor();
    const me = page.locator('#operations-auth-get_auth_me');
    await me.click();
    await me.getByRole('button', { name: 'Try it out' }).click();
    await me.getByRole('button', { name: 'Execute' }).click();
    await me.locator('.live-responses-table').getByText('"admin"').first().waitFor();
    expect([cutOff, complaints]).toEqual([[], []]);
    await page.context().close();
  }, 60_000);

  test.each(['/docs?x=1', '/docs/?x=1', '/docs?to=/'])(
    'is whole at %s, and shows no name but ours',
    async (path) => {
      const { page, cutOff, complaints } = await visitWithoutInternet(browser);
      await page.goto(`http://localhost:${host.host.port}${path}`);
      await page.getByText('/attendance/{event_id}.csv').waitFor();
      expect(await page.title()).toBe('TixGo');
      const logo = await page.locator('.topbar a.link img').getAttribute('src');
      expect(Buffer.from(String(logo).split(',')[1] ?? '', 'base64').toString()).toBe(icon);
      expect((await fetch(`${host.url}/docs/static/theme/icon.svg`)).headers.get('content-type')).toBe(
        'image/svg+xml',
      );
      expect([cutOff, complaints]).toEqual([[], []]);
      await page.context().close();
    },
  );

  test('may run nothing but its own scripts, and be framed by nobody', async () => {
    for (const path of ['/docs', '/docs/static/index.html']) {
      const { headers } = await fetch(`${host.url}${path}`);
      const policy = headers.get('content-security-policy');
      expect(policy).toMatch(/default-src 'none'; script-src 'self'; /);
      expect(policy).toContain("frame-ancestors 'none'");
    }
    const settings = await fetch(`${host.url}/docs/static/swagger-initializer.js`);
    // Away from localhost it would show the document to a service on the internet.
    expect(await settings.text()).toMatch(/"validatorUrl":\s*null/);
    const document = await fetch(`${host.url}/openapi.json`);
    expect(document.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });
});

describe('/explorer, behind the same headers', () => {
  test('works as before', async () => {
    const { page, cutOff, complaints } = await visitWithoutInternet(browser);
    await page.goto(`http://localhost:${host.host.port}/explorer`);
    await page.locator('.graphiql-query-editor').getByText('events').first().waitFor();
    await signIn(page, 'admin123');
    await page.getByText('Signed in as admin (ADMIN)').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await page.getByRole('link', { name: 'Query', exact: true }).click();
    expect([cutOff, complaints]).toEqual([[], []]);
    await page.context().close();
  }, 60_000);
});
