import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { anchorsIn, findBrokenLinks, linksIn } from '../links.ts';

describe('in a repository of pages', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'tixgo-links-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function brokenLinksOf(files: Readonly<Record<string, string>>): string[] {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return findBrokenLinks(root).broken;
  }

  test('links to pages, folders, headings and the net pass', () => {
    const page =
      '[a](docs/a.md) [b](docs) [c](docs/a.md#two-words) [d](#top) [e](https://example.com/x)\n# Top\n';
    expect(brokenLinksOf({ 'README.md': page, 'docs/a.md': '# Two words\n[up](../README.md#top)' })).toEqual(
      [],
    );
  });

  test.each([
    ['[a](missing.md)', 'README.md:1 missing.md does not exist'],
    ['![a](missing.png)', 'README.md:1 missing.png does not exist'],
    ['<img src="missing.png">', 'README.md:1 missing.png does not exist'],
    ['text\n\n[a]: missing.md', 'README.md:3 missing.md does not exist'],
    ['[a](Docs/a.md)', 'README.md:1 Docs/a.md does not exist'],
    ['[a](docs/a.md#three)', 'README.md:1 docs/a.md#three has no such heading'],
    ['[a](#nothing)', 'README.md:1 #nothing has no such heading'],
    ['[a](../outside.md)', 'README.md:1 ../outside.md leads out of the repository'],
  ])('%j is broken', (page, line) => {
    expect(brokenLinksOf({ 'README.md': page, 'docs/a.md': '# Two\n' })).toEqual([line]);
  });
});

test('what stands in code is no link', () => {
  expect(linksIn('```ts\n[a](b)\n```\n`[c](d)` and [e](f)')).toEqual([{ target: 'f', line: 4 }]);
});

test('anchors follow the headings as GitHub writes them', () => {
  const page =
    '# `npm start`, in two steps\n## Übersicht\n## Who may [do](x.md) what?\n## Übersicht\n<a id="here"></a>';
  expect([...anchorsIn(page)]).toEqual([
    'npm-start-in-two-steps',
    'übersicht',
    'who-may-do-what',
    'übersicht-1',
    'here',
  ]);
});
