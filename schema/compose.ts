import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { composeServices } from '@apollo/composition';
import {
  assertEveryRootFieldHasRule,
  assertSameRules,
  readAccessRules,
} from '@tixgo/platform/access/rules.ts';
import { type DefinitionNode, type DocumentNode, parse, print } from 'graphql';
import { renderAccess } from './access-page.ts';
import { accessByType } from './access-table.ts';
import { firstDifference } from './first-difference.ts';
import { readSubgraphSdl, subgraphNames } from './subgraph-sdl.ts';
import { byRootThenName } from './type-order.ts';

export interface SubgraphSdl {
  readonly name: string;
  readonly sdl: string;
}

export interface Composition {
  /** Undefined when the subgraphs do not compose. */
  readonly supergraphSdl: string | undefined;
  /** What clients see: no federation, no access directives. */
  readonly apiSdl: string | undefined;
  /** Of composition, or of access rules that are missing or got lost on the way. */
  readonly errors: readonly string[];
  readonly hints: readonly string[];
}

export interface Output {
  /** Beside this module. */
  readonly file: string;
  readonly text: string;
}

export function composeSupergraph(subgraphs: readonly SubgraphSdl[]): Composition {
  const services = subgraphs.map(({ name, sdl }) => ({
    name,
    url: placeholderUrl(name),
    typeDefs: parse(sdl),
  }));
  const composed = composeServices(services);
  if (composed.supergraphSdl === undefined) {
    const errors = composed.errors.map(({ message }) => message);
    return { supergraphSdl: undefined, apiSdl: undefined, errors, hints: [] };
  }
  return {
    supergraphSdl: composed.supergraphSdl,
    apiSdl: printApi(composed.schema.toAPISchema().toAST()),
    errors: accessErrors(services, parse(composed.supergraphSdl)),
    hints: composed.hints.map((hint) => hint.toString()),
  };
}

/**
 * Where a subgraph answers is told to the gateway at boot, never read from the schema. Yet routers want a URL in
 * it and call it when nothing else is configured: `.invalid` (RFC 2606) parses everywhere and resolves nowhere,
 * so that a forgotten address fails at once instead of reaching whoever bears that name.
 */
function placeholderUrl(subgraph: string): string {
  return `http://${subgraph}.invalid/graphql`;
}

/** Composition drops what `@composeDirective` does not name, without an error or a hint. */
function accessErrors(
  subgraphs: readonly { name: string; typeDefs: DocumentNode }[],
  supergraph: DocumentNode,
): string[] {
  const composedRules = readAccessRules(supergraph);
  return subgraphs.flatMap(({ name, typeDefs }) => [
    ...failureOf(() => assertEveryRootFieldHasRule(`Subgraph ${name}`, typeDefs)),
    ...failureOf(() => assertSameRules(name, readAccessRules(typeDefs), composedRules)),
  ]);
}

function failureOf(assertion: () => void): string[] {
  try {
    assertion();
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

/** Fields and values keep their order: that of roles has a meaning. */
function printApi(api: DocumentNode): string {
  const nameOf = (node: DefinitionNode) => ('name' in node ? (node.name?.value ?? '') : '');
  const definitions = api.definitions.toSorted((a, b) => byRootThenName(nameOf(a), nameOf(b)));
  // graphql-js indents the empty lines of a description.
  return `${print({ ...api, definitions }).replaceAll(/^ +$/gm, '')}\n`;
}

/** @throws on any error or hint: a hint is a mistake that still runs */
export function renderOutputs({ supergraphSdl, apiSdl, errors, hints }: Composition): Output[] {
  const failures = [...errors.map((text) => `error: ${text}`), ...hints.map((text) => `hint: ${text}`)];
  if (supergraphSdl === undefined || apiSdl === undefined || failures.length > 0) {
    throw new Error(`The subgraphs do not compose cleanly.\n${failures.join('\n')}`);
  }
  const header = "# Composed by `npm run compose` from the subgraphs' schemas; not to be edited.\n\n";
  return [
    { file: 'supergraph.graphql', text: `${header}${supergraphSdl.trimEnd()}\n` },
    { file: 'api.graphql', text: `${header}${apiSdl}` },
    { file: 'access.md', text: renderAccess(accessByType(parse(supergraphSdl))) },
  ];
}

/** The committed outputs that are not what the subgraphs compose to, each as a line that says where. */
export function driftOf(outputs: readonly Output[], read: (file: string) => string | undefined): string[] {
  return outputs.flatMap(({ file, text }) => {
    const committed = read(file);
    if (committed === text) return [];
    const where = committed === undefined ? 'it is missing' : firstDifference(committed, text);
    return [`schema/${file} is out of date: ${where}`];
  });
}

export function readSubgraphs(): SubgraphSdl[] {
  return subgraphNames.map((name) => ({ name, sdl: readSubgraphSdl(name) }));
}

/** A committed output, or undefined where there is none. */
export function readOutput(file: string): string | undefined {
  const url = new URL(file, import.meta.url);
  return existsSync(url) ? readFileSync(url, 'utf8') : undefined;
}

function main(check: boolean): void {
  const outputs = renderOutputs(composeSupergraph(readSubgraphs()));
  if (!check) {
    for (const { file, text } of outputs) writeFileSync(new URL(file, import.meta.url), text);
    return;
  }
  const drift = driftOf(outputs, readOutput);
  if (drift.length > 0)
    throw new Error([...drift, 'Run `npm run compose` and commit what it writes.'].join('\n'));
}

if (import.meta.main) {
  try {
    main(process.argv.includes('--check'));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
