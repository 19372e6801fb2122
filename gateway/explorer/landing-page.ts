import { html } from './html.ts';
import type { Page } from './page.ts';
import type { ExplorerPaths } from './paths.ts';
import { sandboxFrameOrigin, sandboxScriptUrl } from './sandbox.ts';

export function landingPage(firstQuery: string, paths: ExplorerPaths): Page {
  return {
    title: 'Apollo Sandbox',
    current: 'sandbox',
    head: html``,
    main: html`<p class="notice" id="sandbox-loading">Loading Apollo Sandbox…</p>
<section class="notice" id="sandbox-unreachable" role="alert" hidden>
<h1>Apollo Sandbox cannot be reached</h1>
<p>It comes from Apollo's servers, and they do not answer this browser. The offline explorer needs no internet:
it runs the same queries against the same API.</p>
<a class="primary" href="${paths.offline}">Open the offline explorer</a>
</section>
<div id="sandbox"></div>`,
    script: 'sandbox.js',
    settings: { firstQuery, sandboxScriptUrl, sandboxFrameOrigin },
  };
}
