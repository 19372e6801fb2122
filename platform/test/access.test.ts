import { describe, expect, test } from '@jest/globals';
import { buildASTSchema, parse } from 'graphql';
import { assertMayRun, documentRequirements } from '../access/requirements.ts';
import { assertEveryRootFieldHasRule, assertSameRules, readAccessRules } from '../access/rules.ts';
import { userViewer } from '../testing/ask.ts';
import { anonymous, roles } from '../viewer.ts';
import { readCommonSdl } from './common-sdl.ts';

const sdl = parse(/* GraphQL */ `
  directive @requiresRole(role: Role!) on FIELD_DEFINITION | OBJECT
  directive @public on FIELD_DEFINITION
  enum Role { USER SCANNER COMMITTEE ADMIN }
  type Query {
    open: Thing @public
    own: Thing @requiresRole(role: USER)
    any: Being @public
    found: Result @public
  }
  interface Being { name: String note: String }
  type Thing implements Being { name: String note: String @requiresRole(role: ADMIN) report: Report }
  type Report @requiresRole(role: COMMITTEE) { text: String }
  type Other implements Being { name: String note: String }
  union Result = Other | Report
`);
const rules = readAccessRules(sdl);
const schema = buildASTSchema(sdl);

const needs = (query: string) => [...documentRequirements(schema, rules, parse(query)).values()].flat();

describe('what a document takes of its viewer', () => {
  test.each([
    ['a root field with a role', '{ own { name } }', ['Query.own']],
    ['an open root field', '{ open { name } }', []],
    ['a field below an open one', '{ open { note } }', ['Thing.note']],
    ['an alias', '{ open { name: note } }', ['Thing.note']],
    ['a type with a role', '{ open { report { text } } }', ['Report']],
    ['an inline fragment', '{ any { ... on Thing { note } } }', ['Thing.note']],
    ['an interface field that a member guards', '{ any { note } }', ['Thing.note']],
    [
      'a named fragment',
      'query { ...A } fragment A on Query { open { ...B } } fragment B on Thing { report { text } }',
      ['Report'],
    ],
    ['a member of a union', '{ found { ... on Report { text } } }', ['Report']],
    ['__typename of a guarded type', '{ open { report { __typename } } }', ['Report']],
    ['a skipped field all the same', '{ own @skip(if: true) { name } }', ['Query.own']],
  ])('sees %s', (_what, query, coordinates) => {
    expect(needs(query).map(({ coordinate }) => coordinate)).toEqual(coordinates);
  });

  test('belongs to each operation by itself', () => {
    const found = documentRequirements(
      schema,
      rules,
      parse('query A { open { name } } query B { own { name } }'),
    );
    expect([...found].map(([name, list]) => [name, list.length])).toEqual([
      ['A', 0],
      ['B', 1],
    ]);
  });

  test('tells which role is enough, where a document takes several', () => {
    const requirements = [
      { coordinate: 'Query.one', role: 'SCANNER' },
      { coordinate: 'Thing.two', role: 'ADMIN' },
      { coordinate: 'Thing.three', role: 'ADMIN' },
      { coordinate: 'Thing.four', role: 'COMMITTEE' },
    ] as const;
    expect(() => assertMayRun(userViewer('USER'), requirements)).toThrow('Thing.two needs the role ADMIN.');
    expect(() => assertMayRun(anonymous, requirements)).toThrow('Sign in first: Thing.two needs ADMIN.');
    expect(() => assertMayRun(userViewer('ADMIN'), requirements)).not.toThrow();
  });

  test('sends strangers to sign in, and tells others which coordinate refused', () => {
    const note = needs('{ open { note } }');
    const refusedTo = (viewer: typeof anonymous | ReturnType<typeof userViewer>) => () =>
      assertMayRun(viewer, note);
    expect(refusedTo(anonymous)).toThrow(
      expect.objectContaining({ extensions: { code: 'UNAUTHENTICATED', coordinate: 'Thing.note' } }),
    );
    expect(refusedTo(userViewer('COMMITTEE'))).toThrow(
      expect.objectContaining({ extensions: { code: 'FORBIDDEN', coordinate: 'Thing.note' } }),
    );
    expect(refusedTo(userViewer('ADMIN'))).not.toThrow();
  });
});

describe('access rules', () => {
  test('must stand on every root field', () => {
    const open = parse('type Query { a: Int @public b: Int } extend type Mutation { c: Int }');
    expect(() => assertEveryRootFieldHasRule('The test', open)).toThrow(
      'The test: Query.b, Mutation.c must carry',
    );
  });

  test('of a subgraph must be those of the supergraph', () => {
    const without = readAccessRules(parse('type Query { own: Int @requiresRole(role: USER) }'));
    expect(() => assertSameRules('x', rules, rules)).not.toThrow();
    expect(() => assertSameRules('x', rules, without)).toThrow(/subgraph x .*Query.open, Query.any/);
    const weaker = readAccessRules(parse('type Query { own: Int @requiresRole(role: ADMIN) }'));
    expect(() => assertSameRules('x', weaker, without)).toThrow(/Query.own/);
  });

  test('know the roles that the schema knows, in its order', () => {
    const [, names = ''] = /enum Role \{([^}]+)\}/.exec(readCommonSdl()) ?? [];
    expect(
      names
        .replaceAll(/"[^"]*"/g, '')
        .split(/\s+/)
        .filter(Boolean),
    ).toEqual([...roles]);
  });
});
