import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { eventually } from '@tixgo/platform/testing/eventually.ts';
import type { Browser, Locator, Page } from 'playwright-core';
import { launchChromium, signIn, signInAndClosePanel, type Visit, visitWithoutInternet } from './browser.ts';
import {
  accessToken,
  type GraphqlServer,
  password,
  startGraphqlServer,
  waiting,
  wrongPassword,
} from './graphql-server.ts';

let server: GraphqlServer;
let browser: Browser;
let visit: Visit;

beforeAll(async () => {
  [server, browser] = await Promise.all([startGraphqlServer(), launchChromium()]);
});
afterAll(async () => {
  await browser.close();
  await server.app.close();
});
beforeEach(async () => {
  visit = await visitWithoutInternet(browser);
  await visit.page.goto(`${server.url}/explorer`);
  // The button is there before the editor that it reads.
  await visit.page.locator('.graphiql-query-editor').getByText('query Doors').waitFor();
});
afterEach(async () => {
  await visit.page.context().close();
});

test('with no internet a query runs, the schema is documented, and nothing elsewhere is asked for', async () => {
  const { page, cutOff, complaints } = visit;
  await expectAnswer(page, '"doors": "Doors open at eight"');
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
  await page.getByRole('link', { name: 'Query', exact: true }).click();
  await page.getByText('When people may come in.').waitFor();
  expect(cutOff).toEqual([]);
  expect(complaints).toEqual([]);
});

test('after signing in through the bar the next query carries the token, after signing out it does not', async () => {
  const { page } = visit;
  await expectAnswer(page, '"authorization": null');
  await signInAndClosePanel(page);
  expect(await page.locator(':focus').textContent()).toBe('● admin');
  await expectAnswer(page, `"authorization": "Bearer ${accessToken}"`);
  await page.getByRole('button', { name: '● admin' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.keyboard.press('Escape');
  await expectAnswer(page, '"authorization": null');
});

test('a subscription runs until it ends, with the token of the bar', async () => {
  const { page, complaints } = visit;
  await signInAndClosePanel(page);
  await write(page, 'subscription { admitted(from: 40) { count authorization } }');
  await expectAnswer(page, '"count": 42');
  await page.locator('.result-window').getByText(`"authorization": "Bearer ${accessToken}"`).waitFor();
  await runButton(page).waitFor();
  expect(complaints).toEqual([]);
});

test('the stop button ends a subscription that has nothing to tell', async () => {
  const { page } = visit;
  await write(page, 'subscription { waiting }');
  // As many as a browser opens connections to one server.
  for (let round = 0; round < 6; round += 1) {
    await runButton(page).click();
    await eventually(async () => expect(waiting.size).toBe(1));
    await page.getByRole('button', { name: /^Stop/ }).click();
    await eventually(async () => expect(waiting.size).toBe(0));
  }
  await write(page, 'query { doors }');
  await expectAnswer(page, '"doors": "Doors open at eight"');
});

test('a login that is written by hand leaves no password in storage', async () => {
  const { page } = visit;
  await write(
    page,
    `mutation { login(input: { username: "admin", password: "${password}" }) { expiresAt } }`,
  );
  await expectAnswer(page, '"expiresAt":');
  await write(page, 'query { doors }');
  await expectAnswer(page, '"doors": "Doors open at eight"');
  await page.waitForFunction(() => localStorage.getItem('graphiql:queries')?.includes('doors'));
  const stored = await page.evaluate('JSON.stringify([localStorage, sessionStorage])');
  expect(stored).toContain('graphiql:tabState');
  expect(stored).not.toContain(password);
});

test('a wrong password shows what the server says, and nobody is signed in', async () => {
  const { page } = visit;
  await signIn(page, 'guessed');
  await page.getByRole('alert').getByText(wrongPassword).waitFor();
  expect(await page.getByLabel('Password').inputValue()).toBe('');
  await page.keyboard.press('Escape');
  await expectAnswer(page, '"authorization": null');
});

test('a server that is gone is said to be gone', async () => {
  const { page } = visit;
  await page.route('**/graphql', (route) => route.abort('connectionrefused'));
  await signIn(page);
  await page.getByRole('alert').getByText('The server does not answer.').waitFor();
});

test('an Authorization written into Headers wins over the bar, and no token reaches storage', async () => {
  const { page } = visit;
  await signInAndClosePanel(page);
  await page.getByRole('button', { name: 'Headers', exact: true }).click();
  await page.locator('.graphiql-editor-tool .monaco-editor:visible').click();
  await page.evaluate(() => localStorage.removeItem('graphiql:tabState'));
  await page.keyboard.insertText('{"Authorization": "Bearer by-hand"}');
  // GraphiQL notes an edit a moment later; its history would otherwise not have seen the header yet.
  await page.waitForFunction(() => localStorage.getItem('graphiql:tabState'));
  await expectAnswer(page, '"authorization": "Bearer by-hand"');
  await page.waitForFunction(() => localStorage.getItem('graphiql:queries')?.includes('doors'));
  const stored = await page.evaluate('JSON.stringify([localStorage, sessionStorage, document.cookie])');
  expect(stored).not.toContain('by-hand');
  expect(stored).not.toContain(accessToken);
});

async function write(page: Page, text: string): Promise<void> {
  await page.locator('.graphiql-query-editor .monaco-editor').click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(text);
  // GraphiQL reads what was written a moment later, and notes it; what has a password in it is noted as nothing.
  await page.waitForFunction(
    (noted) => {
      const { tabs } = JSON.parse(localStorage.getItem('graphiql:tabState') ?? '{"tabs":[]}');
      return tabs[0]?.query === noted;
    },
    text.includes('password') ? '' : text,
  );
}

function runButton(page: Page): Locator {
  return page.getByRole('button', { name: /^Execute query/ });
}

/** Runs what stands in the editor; fails when this line of the answer does not come. */
async function expectAnswer(page: Page, line: string): Promise<void> {
  await runButton(page).click();
  await page.locator('.result-window').getByText(line).waitFor();
}
