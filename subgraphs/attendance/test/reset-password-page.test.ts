import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { launchChromium, visitWithoutInternet } from '@tixgo/gateway/explorer/test/browser.ts';
import { SmtpServer } from '@tixgo/identity/test/smtp-server.ts';
import type { Browser, Page } from 'playwright-core';
import { startTestHost, type TestHost } from './host-client.ts';
import { CookieJar } from './rest-browser.ts';

let smtp: SmtpServer;
let host: TestHost;
let browser: Browser;
let url: string;
beforeAll(async () => {
  smtp = await SmtpServer.start();
  const mail = { SMTP_URL: `smtp://127.0.0.1:${smtp.port}`, MAIL_FROM: 'TixGo <tickets@example.org>' };
  [host, browser] = await Promise.all([startTestHost(mail), launchChromium()]);
  url = `http://localhost:${host.host.port}`;
}, 60_000);
afterAll(async () => {
  await Promise.all([browser.close(), host.close()]);
  await smtp.stop();
}, 60_000);

const oldPassword = 'test-pass-123';
const newPassword = 'räksmörgås <b>&"quoted"</b>';

interface Answered {
  readonly detail?: string;
  readonly access_token?: string;
}

const post = async (path: string, body: object) => {
  const jar = new CookieJar();
  const response = await jar.post(`${host.url}${path}`, body);
  return { status: response.status, body: (await response.json()) as Answered, jar };
};
const login = async (username: string, password: string) =>
  (await post('/api/auth/login', { username, password })).status;
const register = async (username: string) => {
  await post('/api/auth/register', { username, password: oldPassword, email: `${username}@example.org` });
};
/** The part of the mailed link behind the host, as it is for whoever asked last. */
const mailedLink = async (): Promise<string> => {
  while (smtp.received.length === 0) await smtp.next();
  const text = smtp.received.splice(0)[0]?.text ?? '';
  return /http:\/\/localhost:\d+(\/reset-password#token=[\w-]+)/.exec(text)?.[1] ?? '';
};
const choose = async (page: Page, password: string, again = password) => {
  await page.getByLabel('New password').fill(password);
  await page.getByLabel('Once more').fill(again);
  await page.getByRole('button', { name: 'Set the password' }).click();
};

describe('the page that a mailed link leads to, in a browser without internet', () => {
  test('sets a new password, once', async () => {
    await register('pia');
    const { page, cutOff, complaints } = await visitWithoutInternet(browser, 360);
    await page.goto(`${url}/reset-password`);
    await page.getByLabel('Username').fill('pia');
    await page.keyboard.press('Enter');
    await page.getByText('a mail is on its way').waitFor();
    const link = await mailedLink();

    await page.goto(`${url}${link}`);
    await page.locator('input[name=password]:focus').waitFor();
    await choose(page, newPassword, 'something else');
    await page.getByText('The two are not the same.').waitFor();
    await choose(page, newPassword);
    await page.getByText('Your new password is set').waitFor();
    expect(new URL(page.url()).hash).toBe('');
    expect([cutOff, complaints]).toEqual([[], []]);
    expect([await login('pia', oldPassword), await login('pia', newPassword)]).toEqual([401, 200]);

    await page.goto(`${url}${link}`);
    await choose(page, 'yet another one');
    await page.getByText('This link was used, is over or was replaced; ask for a new one.').waitFor();
    await page.getByRole('button', { name: 'Mail me a link' }).waitFor();
    expect(await login('pia', newPassword)).toBe(200);
    await page.context().close();
  }, 60_000);

  test('tells what is wrong with a password, and lets another be chosen', async () => {
    await register('lou');
    await post('/api/auth/request-password-reset', { username: 'LOU' });
    const { page } = await visitWithoutInternet(browser);
    await page.goto(`${url}${await mailedLink()}`);
    await choose(page, 'ä'.repeat(40));
    await page.getByText('password must have at most 72 bytes of UTF-8; it has 80.').waitFor();
    expect(await page.getByRole('button', { name: 'Mail me a link' }).isVisible()).toBe(false);
    await choose(page, newPassword);
    await page.getByText('Your new password is set').waitFor();
    await page.context().close();
  }, 60_000);

  test('runs what stands behind the # by no means', async () => {
    const { page, complaints } = await visitWithoutInternet(browser);
    await page.goto(`${url}/reset-password#token=<img src=x onerror=alert(1)>`);
    await choose(page, newPassword);
    await page.getByText('This link was used').waitFor();
    expect(await page.locator('img').count()).toBe(0);
    // Of the browser's own, about the refusal.
    expect(complaints).toEqual([expect.stringContaining('400')]);
    await page.context().close();
  }, 60_000);

  test('is nobody else’s to frame, cache or script', async () => {
    const [one, another] = await Promise.all([
      fetch(`${url}/reset-password`),
      fetch(`${url}/reset-password`),
    ]);
    const policy = one.headers.get('content-security-policy');
    expect(policy).toMatch(
      /^default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; /,
    );
    expect(policy).toMatch(/script-src 'nonce-[\w+/=]{24}'; style-src 'self'; img-src data:$/);
    expect(policy).not.toBe(another.headers.get('content-security-policy'));
    expect([one.headers.get('cache-control'), one.headers.get('referrer-policy')]).toEqual([
      'no-store',
      'no-referrer',
    ]);
    const files = [...(await one.text()).matchAll(/"(reset-password\/assets\/[^"]+)"/g)].map(
      ([, file]) => file,
    );
    expect(files).toHaveLength(2);
    for (const file of files) {
      const { status, headers } = await fetch(`${url}/${file}`);
      expect([status, headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
    }
  });
});

describe('by REST', () => {
  test('a forgotten password is replaced, which signs in and ends the sessions before', async () => {
    await register('kim');
    const before = (await post('/api/auth/login', { username: 'kim', password: oldPassword })).body;
    expect((await post('/api/auth/request-password-reset', { username: 'kim' })).status).toBe(200);
    const token = (await mailedLink()).split('=')[1];
    const { status, body, jar } = await post('/api/auth/reset-password', { token, password: newPassword });
    expect([status, body]).toEqual([200, { access_token: expect.any(String), token_type: 'bearer' }]);
    const me = await jar.fetch(`${host.url}/api/auth/me`);
    expect(await me.json()).toMatchObject({ username: 'kim' });
    const old = async () =>
      (
        await fetch(`${host.url}/api/auth/me`, {
          headers: { authorization: `Bearer ${before.access_token}` },
        })
      ).status;
    const deadline = Date.now() + 1_000;
    while ((await old()) === 200 && Date.now() < deadline);
    expect(await old()).toBe(401);
  });

  test('asking tells nobody whether there is such a user', async () => {
    const [nobody, somebody] = [
      await post('/api/auth/request-password-reset', { username: 'nobody at all' }),
      await post('/api/auth/request-password-reset', { username: 'admin' }),
    ];
    expect([nobody.status, nobody.body]).toEqual([somebody.status, somebody.body]);
  });

  test('what is wrong is named as it was sent', async () => {
    const wrong = { token: 'x', password: 'short' };
    expect((await post('/api/auth/reset-password', wrong)).body.detail).toMatch(
      /^password must have at least 8 bytes/,
    );
    const guessed = await post('/api/auth/reset-password', { token: 'x', password: newPassword });
    expect([guessed.status, guessed.body.detail]).toEqual([
      400,
      expect.stringMatching(/^token: This link was used/),
    ]);
  });
});
