import { html } from './html.ts';
import type { Page } from './page.ts';
import type { ExplorerPaths } from './paths.ts';

export function offlinePage(firstQuery: string, { ruru, graphqlSse }: ExplorerPaths): Page {
  return {
    title: 'Offline explorer',
    current: 'offline',
    head: html`<link rel="stylesheet" href="${ruru}ruru.css">`,
    main: html`<div id="ruru-root"><p class="notice">Loading the explorer…</p></div>`,
    script: 'offline.js',
    settings: { firstQuery, ruruPath: ruru, graphqlSsePath: graphqlSse },
  };
}
