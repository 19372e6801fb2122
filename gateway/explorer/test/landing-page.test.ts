import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { sandboxFrameOrigin, sandboxScriptUrl } from '../sandbox.ts';
import { launchChromium, signInAndClosePanel, type Visit, visitWithoutInternet } from './browser.ts';
import { accessToken, firstQuery, type GraphqlServer, startGraphqlServer } from './graphql-server.ts';

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
});
afterEach(async () => {
  await visit.page.context().close();
});

test('when the CDN is refused the page says so and leads to the offline explorer', async () => {
  const { page, cutOff } = visit;
  await page.goto(`${server.url}/graphql`);
  await page.getByRole('alert').getByText('Apollo Sandbox cannot be reached').waitFor({ timeout: 3000 });
  expect(cutOff).toEqual([sandboxScriptUrl]);
  await page.getByRole('link', { name: 'Open the offline explorer' }).click();
  await page.getByRole('button', { name: /^Execute query/ }).waitFor();
});

test('when the CDN never answers the page says so within 3 seconds, and takes Sandbox when it comes after all', async () => {
  const { page } = visit;
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await page.route(sandboxScriptUrl, async (route) => {
    await released;
    await route.fulfill({ contentType: 'text/javascript', body: standInScript });
  });
  await page.route(`${sandboxFrameOrigin}/**`, (route) =>
    route.fulfill({ contentType: 'text/html', body: frame }),
  );
  await page.goto(`${server.url}/graphql`, { waitUntil: 'commit' });
  const notice = page.getByText('Apollo Sandbox cannot be reached');
  await notice.waitFor({ timeout: 3000 });
  release();
  await notice.waitFor({ state: 'hidden' });
});

test('when Sandbox itself stays silent in its frame the page says so', async () => {
  const { page } = visit;
  await page.clock.install();
  await page.route(sandboxScriptUrl, (route) =>
    route.fulfill({ contentType: 'text/javascript', body: standInScript }),
  );
  await page.goto(`${server.url}/graphql`);
  await page.locator('#sandbox iframe').waitFor();
  await page.clock.fastForward(15_000);
  await page.getByText('Apollo Sandbox cannot be reached').waitFor();
});

test("Sandbox opens with the first query, and a token goes with its requests but never to Apollo's frame", async () => {
  const { page, complaints } = visit;
  const frames: string[] = [];
  await page.route(sandboxScriptUrl, (route) =>
    route.fulfill({ contentType: 'text/javascript', body: standInScript }),
  );
  await page.route(`${sandboxFrameOrigin}/**`, async (route) => {
    frames.push(decodeURIComponent(route.request().url()));
    await route.fulfill({ contentType: 'text/html', body: frame });
  });
  await page.goto(`${server.url}/graphql`);
  await page.getByText('Loading Apollo Sandbox…').waitFor({ state: 'hidden' });
  await signInAndClosePanel(page);
  await page.frameLocator('#sandbox iframe').getByRole('button', { name: 'Run' }).click();
  const answer = page.frameLocator('#sandbox iframe').getByText('Doors open at eight');
  expect(await answer.textContent()).toContain(`"authorization":"Bearer ${accessToken}"`);
  expect(frames).toHaveLength(1);
  expect(frames[0]).toContain(firstQuery);
  expect(frames[0]).not.toContain(accessToken);
  expect(complaints).toEqual([]);
});

test('on a window of 400 px the bar fits and its panel can be used', async () => {
  await visit.page.context().close();
  visit = await visitWithoutInternet(browser, 400);
  const { page } = visit;
  await page.goto(`${server.url}/graphql`);
  await page.getByRole('button', { name: 'How to sign in' }).click();
  await page.getByText('{"Authorization": "Bearer <accessToken>"}').waitFor();
  for (const part of await page.locator('.bar, .bar button, .bar a, .panel:popover-open').all()) {
    const box = await part.boundingBox();
    expect(box && box.x >= 0 && box.x + box.width <= 400).toBe(true);
  }
});

/** Behaves as @apollo/sandbox 2.7 where this page relies on it: options into the frame's address, requests by message. */
const standInScript = `window.EmbeddedSandbox = class {
  constructor({ target, initialEndpoint, initialState, handleRequest }) {
    const frame = document.createElement('iframe');
    const state = encodeURIComponent(initialState.document);
    frame.src = '${sandboxFrameOrigin}/sandbox/explorer?endpoint=' + initialEndpoint + '&defaultDocument=' + state;
    document.querySelector(target).append(frame);
    addEventListener('message', async ({ data, origin }) => {
      if (origin !== '${sandboxFrameOrigin}' || data.name !== 'ExplorerRequest') return;
      const response = await handleRequest(initialEndpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: initialState.document }),
      });
      frame.contentWindow.postMessage(await response.text(), origin);
    });
  }
};`;

const frame = `<button onclick="parent.postMessage({ name: 'ExplorerRequest' }, '*')">Run</button><pre></pre>
<script>
addEventListener('message', ({ data }) => { document.querySelector('pre').textContent = data; });
parent.postMessage({ name: 'ExplorerListeningForHandshake' }, '*');
</script>`;
