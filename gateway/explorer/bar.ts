import { type Html, html } from './html.ts';
import type { ExplorerName, ExplorerPaths } from './paths.ts';

/** The strip above either explorer: which one this is, and signing in. Its behaviour is `browser/bar.js`. */
export function bar(current: ExplorerName, paths: ExplorerPaths): Html {
  return html`<header class="bar">
<strong class="brand">TixGo</strong>
<nav aria-label="Explorers">
${link('Apollo Sandbox', paths.graphql, current === 'sandbox')}
${link('Offline explorer', paths.offline, current === 'offline')}
</nav>
<div class="actions">
<button type="button" popovertarget="how-to-sign-in">How to sign in</button>
<button type="button" class="primary" id="session-button" popovertarget="session">Sign in as…</button>
</div>
</header>
${howToSignIn}
${session}
`;
}

function link(label: string, path: string, isCurrent: boolean): Html {
  return html`<a href="${path}"${isCurrent ? html` aria-current="page"` : ''}>${label}</a>`;
}

const loginMutation = 'mutation { login(input: {username: "admin", password: "admin123"}) { accessToken } }';

const howToSignIn = html`<section popover id="how-to-sign-in" class="panel" aria-labelledby="how-to-title">
<h2 id="how-to-title">How to sign in</h2>
<p>The quick way is the button <b>Sign in as…</b>: every request of this page then carries your token. By hand:</p>
<ol>
<li>Run this mutation. <code>admin123</code> is the development default; it is another one when
<code>ADMIN_PASSWORD</code> was set.
<pre tabindex="0">${loginMutation}</pre></li>
<li>Copy the <code>accessToken</code> into <b>Headers</b>:
<pre tabindex="0">{"Authorization": "Bearer &lt;accessToken&gt;"}</pre></li>
</ol>
</section>`;

const session = html`<section popover id="session" class="panel" aria-label="Session">
<form id="sign-in">
<label>Username <input name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<p class="error" id="sign-in-error" role="alert"></p>
<button class="primary">Sign in</button>
</form>
<div id="signed-in" tabindex="-1" hidden>
<p id="signed-in-as" role="status"></p>
<p>Every request of this page now carries this header. It is kept in memory only: reload, and it is gone.</p>
<pre id="authorization"></pre>
<div class="actions">
<button type="button" id="copy-header">Copy as header</button>
<button type="button" id="sign-out">Sign out</button>
</div>
</div>
</section>`;
