import { existsSync, globSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';

type Link = { readonly target: string; readonly line: number };

const linkPatterns = [
  /\]\(\s*<?([^)\s>]+)>?(?:\s+["'][^)]*)?\)/g,
  /^\s*\[[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)/g,
  /<(?:a|img|source)\b[^>]*\b(?:href|src|srcset)="([^"]+)"/g,
];

/** Lines of prose by their number; what stands in code is no link. */
function proseLines(markdown: string): { readonly text: string; readonly line: number }[] {
  let fence: string | undefined;
  return markdown.split('\n').flatMap((text, index) => {
    const mark = /^\s*(`{3,}|~{3,})/.exec(text)?.[1];
    const wasCode = fence !== undefined;
    if (mark && !fence) fence = mark;
    else if (mark && fence && mark.startsWith(fence)) fence = undefined;
    return wasCode || mark ? [] : [{ text, line: index + 1 }];
  });
}

export function linksIn(markdown: string): Link[] {
  return proseLines(markdown).flatMap(({ text, line }) => {
    const prose = text.replace(/(`+)(?!`).*?\1/g, '');
    return linkPatterns.flatMap((pattern) =>
      [...prose.matchAll(pattern)].map((match) => ({ target: match[1] ?? '', line })),
    );
  });
}

/** The anchors of a page as GitHub makes them: a repeated heading gets `-1`, `-2`. */
export function anchorsIn(markdown: string): Set<string> {
  const anchors = new Set<string>();
  for (const { text } of proseLines(markdown)) {
    for (const match of text.matchAll(/<a\s[^>]*\b(?:id|name)="([^"]+)"/g)) anchors.add(match[1] ?? '');
    const heading = /^#{1,6}\s+(.+?)\s*#*$/.exec(text)?.[1];
    if (heading === undefined) continue;
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
      .replaceAll(' ', '-');
    let anchor = slug;
    for (let repeat = 1; anchors.has(anchor); repeat += 1) anchor = `${slug}-${repeat}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** Like existsSync, but `Docs/` is not `docs/` on a disk that takes them for one. */
function existsExactly(root: string, path: string): boolean {
  if (!existsSync(path)) return false;
  if (resolve(path) === resolve(root)) return true;
  return readdirSync(dirname(path)).includes(basename(path)) && existsExactly(root, dirname(path));
}

function describeBreakage(root: string, page: string, target: string): string | undefined {
  if (/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(target)) return undefined;
  const [path = '', anchor] = decodeURI(target).split('#');
  const file =
    path === '' ? page : join(path.startsWith('/') ? root : dirname(page), path.replace(/\?.*$/, ''));
  if (relative(root, file).startsWith('..')) return 'leads out of the repository';
  if (!existsExactly(root, file)) return 'does not exist';
  if (anchor === undefined || !file.endsWith('.md') || !statSync(file).isFile()) return undefined;
  return anchorsIn(readFileSync(file, 'utf8')).has(anchor) ? undefined : 'has no such heading';
}

/** One line for each link of a page below `root` that leads nowhere. Addresses on the net are not asked. */
export function findBrokenLinks(root: string): { readonly pages: number; readonly broken: string[] } {
  const pages = globSync('**/*.md', { cwd: root, exclude: ['**/node_modules', '**/.*'] });
  const broken = pages.flatMap((page) =>
    linksIn(readFileSync(join(root, page), 'utf8')).flatMap(({ target, line }) => {
      const breakage = describeBreakage(root, join(root, page), target);
      return breakage ? [`${page}:${line} ${target} ${breakage}`] : [];
    }),
  );
  return { pages: pages.length, broken };
}
