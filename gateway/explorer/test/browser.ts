import executable from '@sparticuz/chromium';
import { type Browser, chromium, type Page } from 'playwright-core';
import { accessToken, password } from './graphql-server.ts';

/** Without the arguments that come with this Chromium: they switch off web security, which is under test here. */
export async function launchChromium(): Promise<Browser> {
  return await chromium.launch({ executablePath: await executable.executablePath(), args: ['--no-sandbox'] });
}

export interface Visit {
  readonly page: Page;
  /** Addresses elsewhere that the page asked for in vain. */
  readonly cutOff: string[];
  /** What the console complained about, policy violations among it. */
  readonly complaints: string[];
}

/** A fresh profile with no way out: what is not on localhost is refused, unless the test answers it itself. */
export async function visitWithoutInternet(browser: Browser, width = 1280): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width, height: 800 } });
  // Below jest's, so that a failure names what was waited for.
  context.setDefaultTimeout(10_000);
  const cutOff: string[] = [];
  await context.route(
    ({ hostname }) => hostname !== 'localhost',
    async (route) => {
      cutOff.push(route.request().url());
      await route.abort('internetdisconnected');
    },
  );
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, cutOff, complaints };
}

/** By keyboard alone, as the bar promises. */
export async function signIn(page: Page, secret: string = password): Promise<void> {
  await page.getByRole('button', { name: 'Sign in as…' }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('admin');
  await page.keyboard.press('Tab');
  await page.keyboard.type(secret);
  await page.keyboard.press('Enter');
}

export async function signInAndClosePanel(page: Page): Promise<void> {
  await signIn(page);
  await page.getByText('Signed in as admin (ADMIN)').waitFor();
  await page.getByText(accessToken).waitFor();
  await page.keyboard.press('Escape');
}
