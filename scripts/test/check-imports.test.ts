import { describe, expect, test } from '@jest/globals';
import { findCircles, findForbiddenImports } from '../import-rules.ts';
import { importsOf } from '../imports.ts';

const workspaces = new Map([
  ['@tixgo/platform', 'platform'],
  ['@tixgo/schema', 'schema'],
  ['@tixgo/gateway', 'gateway'],
  ['@tixgo/event', 'subgraphs/event'],
]);

function importsIn(files: Readonly<Record<string, string>>) {
  return Object.entries(files).flatMap(([path, source]) => importsOf(path, source, workspaces));
}

function importsFrom(file: string, specifier: string) {
  return findForbiddenImports(importsIn({ [file]: `import '${specifier}';` }));
}

describe('reading imports', () => {
  test.each([
    ["import type { A } from './a.ts';"],
    ["import { type A } from './a.ts';"],
    ["import './a.ts';"],
    ["export { a } from './a.ts';"],
    ["export * from './a.ts';"],
    ["type A = import('./a.ts').A;"],
    ["async function later() { await using a = await import('./a.ts'); }"],
  ])('%s leads to the file', (source) => {
    expect(importsIn({ 'platform/http/b.ts': source })).toEqual([
      { from: 'platform/http/b.ts', line: 1, to: 'platform/http/a.ts', internal: true },
    ]);
  });

  test('a workspace name leads to its folder, a package stays a package', () => {
    const source = "import '@tixgo/event/subgraph.ts';\nimport 'pg';";
    expect(importsIn({ 'a.ts': source }).map(({ to }) => to)).toEqual(['subgraphs/event/subgraph.ts', 'pg']);
  });
});

describe('who may import whom', () => {
  test.each([
    ['subgraphs/event/domain/event.ts', '../store/events.ts'],
    ['subgraphs/event/domain/event.ts', 'node:fs'],
    ['subgraphs/event/domain/event.ts', '@tixgo/platform/errors.ts'],
    ['subgraphs/event/store/events.ts', '../service/create-event.ts'],
    ['subgraphs/event/store/events.ts', '../../identity/store/users.ts'],
    ['subgraphs/event/service/create-event.ts', '../resolvers/Query.ts'],
    ['subgraphs/event/service/create-event.ts', 'graphql'],
    ['subgraphs/event/service/create-event.ts', '@tixgo/schema/compose.ts'],
    ['subgraphs/event/resolvers/Query.ts', '../store/events.ts'],
    ['subgraphs/event/facts.ts', '../attendance/facts.ts'],
    ['subgraphs/event/server.ts', '@tixgo/gateway/gateway.ts'],
    ['subgraphs/event/server.ts', '../identity/subgraph.ts'],
    ['subgraphs/attendance/server.ts', '@tixgo/event/service/create-event.ts'],
    ['subgraphs/attendance/service/check-in.ts', '@tixgo/event/subgraph.ts'],
    ['platform/tokens.ts', '@tixgo/schema/facts/event.ts'],
    ['gateway/gateway.ts', '@tixgo/event/subgraph.ts'],
    ['client/client.ts', '@tixgo/platform/errors.ts'],
    ['smoke/main.ts', '@tixgo/platform/errors.ts'],
    ['platform/logging.ts', './testing/ask.ts'],
    ['platform/logging.ts', 'node:process'],
    ['cellar/wine.ts', './bottle.ts'],
  ])('%s may not import %s', (file, specifier) => {
    expect(importsFrom(file, specifier)).toHaveLength(1);
  });

  test.each([
    ['subgraphs/event/domain/event.ts', './lifecycle.ts'],
    ['subgraphs/event/store/events.ts', 'drizzle-orm'],
    ['subgraphs/event/service/create-event.ts', '@tixgo/schema/facts/event.ts'],
    ['subgraphs/event/resolvers/Query.ts', '../generated/resolver-types.ts'],
    ['subgraphs/attendance/server.ts', '@tixgo/event/subgraph.ts'],
    ['subgraphs/attendance/server.ts', '@tixgo/gateway/gateway.ts'],
    ['subgraphs/event/test/events.test.ts', '../store/events.ts'],
    ['bench/main.ts', '@tixgo/platform/tokens.ts'],
  ])('%s may import %s', (file, specifier) => {
    expect(importsFrom(file, specifier)).toEqual([]);
  });
});

test('a circle is found through type imports too', () => {
  const imports = importsIn({
    'platform/a.ts': "import './b.ts';",
    'platform/b.ts': "import type { C } from './c.ts';",
    'platform/c.ts': "import './a.ts';",
    'platform/d.ts': "import './a.ts';",
  });
  expect(findCircles(imports)).toEqual([
    'circular import: platform/a.ts -> platform/b.ts -> platform/c.ts -> platform/a.ts',
  ]);
});
