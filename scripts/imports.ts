import { globSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { parse } from '@babel/parser';

/** One import written in a file of the repository; type-only imports count like any other. */
export type Import = {
  readonly from: string;
  readonly line: number;
  /** A path from the repository's root when internal, else the specifier of a package or a Node module. */
  readonly to: string;
  readonly internal: boolean;
};

type Specifier = { readonly text: string; readonly line: number };

const importingNode = /^(?:(?:Import|ExportNamed|ExportAll)Declaration|ImportExpression|TSImportType)$/;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function specifierOf(node: Record<string, unknown>): Specifier | undefined {
  const { type, source, loc } = node;
  if (typeof type !== 'string' || !importingNode.test(type)) return undefined;
  if (!isRecord(source) || typeof source.value !== 'string') return undefined;
  const line = isRecord(loc) && isRecord(loc.start) ? Number(loc.start.line) : 0;
  return { text: source.value, line };
}

function* specifiersIn(node: unknown): Generator<Specifier> {
  if (Array.isArray(node)) {
    for (const child of node) yield* specifiersIn(child);
  } else if (isRecord(node) && typeof node.type === 'string') {
    const specifier = specifierOf(node);
    if (specifier) yield specifier;
    for (const child of Object.values(node)) yield* specifiersIn(child);
  }
}

/** Where a specifier leads inside the repository; undefined when it names a package or a Node module. */
function internalTarget(
  from: string,
  specifier: string,
  workspaces: ReadonlyMap<string, string>,
): string | undefined {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier);
  for (const [name, folder] of workspaces) {
    if (specifier === name) return folder;
    if (specifier.startsWith(`${name}/`)) return posix.join(folder, specifier.slice(name.length + 1));
  }
  return undefined;
}

/** @param workspaces package name to folder */
export function importsOf(from: string, source: string, workspaces: ReadonlyMap<string, string>): Import[] {
  const plugins = from.endsWith('x') ? (['typescript', 'jsx'] as const) : (['typescript'] as const);
  const { program } = parse(source, { sourceType: 'module', plugins: [...plugins] });
  return [...specifiersIn(program.body)].map(({ text, line }) => {
    const target = internalTarget(from, text, workspaces);
    return { from, line, to: target ?? text, internal: target !== undefined };
  });
}

function readWorkspaces(root: string): Map<string, string> {
  const manifestOf = (folder: string) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const patterns: string[] = manifestOf('.').workspaces.map((pattern: string) => `${pattern}/package.json`);
  const folders = globSync(patterns, { cwd: root }).map((path) => dirname(path).replaceAll('\\', '/'));
  return new Map(folders.map((folder) => [manifestOf(folder).name, folder]));
}

export function readImports(root: string): Import[] {
  const workspaces = readWorkspaces(root);
  return globSync('**/*.{ts,tsx,js}', { cwd: root, exclude: ['**/node_modules', '**/.*'] })
    .map((path) => path.replaceAll('\\', '/'))
    .flatMap((path) => importsOf(path, readFileSync(join(root, path), 'utf8'), workspaces));
}
