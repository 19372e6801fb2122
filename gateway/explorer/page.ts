import { icon } from '@tixgo/platform/icon.ts';
import { bar } from './bar.ts';
import { type Html, html, jsonBlock } from './html.ts';
import type { ExplorerName, ExplorerPaths } from './paths.ts';

export interface Page {
  readonly title: string;
  readonly current: ExplorerName;
  /** Link elements of this page alone. */
  readonly head: Html;
  readonly main: Html;
  /** In `browser/`; runs beside the bar's script and shares its session. */
  readonly script: string;
  /** For the scripts, which find it as JSON in #explorer-settings. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** As the address of an image. */
export const iconUrl = `data:image/svg+xml,${encodeURIComponent(icon)}`;

export function renderPage(page: Page, paths: ExplorerPaths, nonce: string): string {
  const settings = { graphqlPath: paths.graphql, streamPath: paths.stream, ...page.settings };
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title} · TixGo</title>
<link rel="icon" href="${iconUrl}">
<link rel="stylesheet" href="${paths.assets}explorer.css">
${page.head}
</head>
<body>
${bar(page.current, paths)}
<main>
<noscript><p class="notice">The explorers need JavaScript.</p></noscript>
${page.main}
</main>
${jsonBlock('explorer-settings', settings)}
<script type="module" nonce="${nonce}" src="${paths.assets}bar.js"></script>
<script type="module" nonce="${nonce}" src="${paths.assets}${page.script}"></script>
</body>
</html>
`.text;
}
