import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { serveBrowserFiles } from '../explorer/assets.ts';
import { closedPolicy } from '../explorer/content-security-policy.ts';
import { html } from '../explorer/html.ts';
import { iconUrl } from '../explorer/page.ts';

/** Where the links of mails lead. */
const path = '/reset-password';

/**
 * Adds the page on which a forgotten password is replaced. It is the same for everyone: the token stands behind the #
 * of its address, which only its script sees, and what the script sends goes to the REST routes.
 */
export async function registerResetPassword(app: FastifyInstance): Promise<void> {
  const assets = await serveBrowserFiles(app, `${path}/assets/`, join(import.meta.dirname, 'browser'));
  app.get(path, async (_request, reply) => {
    const nonce = randomBytes(16).toString('base64');
    return await reply
      .headers({
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': closedPolicy(nonce),
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      })
      .send(page(assets, nonce));
  });
}

function page(assets: string, nonce: string): string {
  // What leads out of the page is relative, so that it also works below a path of a proxy's.
  const files = assets.slice(1);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Choose a new password · TixGo</title>
<link rel="icon" href="${iconUrl}">
<link rel="stylesheet" href="${files}reset-password.css">
</head>
<body>
<main>
<h1>Choose a new password</h1>
<noscript><p class="error">This page needs JavaScript.</p></noscript>
<form id="choose" hidden>
<label>New password <input name="password" type="password" autocomplete="new-password" minlength="8" required></label>
<label>Once more <input name="again" type="password" autocomplete="new-password" required></label>
<p class="error" role="alert"></p>
<button>Set the password</button>
</form>
<p id="chosen" role="status" tabindex="-1" hidden></p>
<form id="ask" hidden>
<p id="why-ask"></p>
<label>Username <input name="username" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="64" required></label>
<p class="error" role="alert"></p>
<button>Mail me a link</button>
<p class="told" role="status"></p>
</form>
</main>
<script type="module" nonce="${nonce}" src="${files}reset-password.js"></script>
</body>
</html>
`.text;
}
