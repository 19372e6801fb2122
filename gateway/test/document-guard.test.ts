import { describe, expect, test } from '@jest/globals';
import { TrustedDocuments } from '../document/trusted-documents.ts';
import { productionLimits } from '../env.ts';
import { DocumentGuard } from '../guards/document-guard.ts';
import type { LimitName } from '../guards/document-limits.ts';

const trusted = new TrustedDocuments('off', []);
const guard = new DocumentGuard({ limits: productionLimits, areTold: true, trusted });
const limitOf = (document: string) => guard.inspect(document)?.extensions.limit;
const repeated = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ');

/** Each a document that is at its limit, and one that is one over it. */
const edges: readonly (readonly [LimitName, (size: number) => string])[] = [
  ['depth', (depth) => `${'{a'.repeat(depth)}${'}'.repeat(depth)}`],
  ['height', (fields) => `{ a { ${repeated(fields - 1, (index) => `f${index}`)} } }`],
  ['rootFields', (fields) => `{ ${repeated(fields, (index) => `f${index}`)} }`],
  ['aliases', (aliases) => `{ a { ${repeated(aliases, (index) => `a${index}: f`)} } }`],
  ['duplicates', (fields) => `{ a { f ${repeated(fields, () => 'f')} } }`],
  ['directives', (directives) => `{ a ${repeated(directives, () => '@include(if: true)')} }`],
  ['tokens', (tokens) => `{ ${repeated(tokens - 2, () => 'f')} }`],
];

describe('a document', () => {
  test.each(edges)('may reach the limit on %s, and not pass it', (limit, document) => {
    const allowed = limit === 'onlyOnce' ? 1 : productionLimits[limit];
    expect(limitOf(document(allowed))).not.toBe(limit);
    expect(limitOf(document(allowed + 1))).toBe(limit);
  });

  test('of 40 fragments that spread each other twice is refused without being written out: nobody could', () => {
    const bomb = `{ ...F0 } ${repeated(40, (index) => `fragment F${index} on Query { a${index} { ...F${index + 1} } b${index} { ...F${index + 1} } }`)} fragment F40 on Query { c }`;
    expect(limitOf(bomb)).toBe('fields');
  });

  test('whose fragments spread themselves is left to validation', () => {
    expect(
      limitOf('{ ...A } fragment A on Query { a { ...B } } fragment B on Query { b { ...A } }'),
    ).toBeUndefined();
  });

  test('that is no document is left to the parser', () => {
    for (const text of ['', '{', '{ a(b: "', 'query { a ) }', '"""']) expect(limitOf(text)).toBeUndefined();
  });

  test('is measured in each of its operations', () => {
    expect(limitOf(`query A { a } query B { ${repeated(21, (index) => `f${index}`)} }`)).toBe('rootFields');
  });

  test('counts what fragments hold where they are spread', () => {
    const spread = `{ ...R } fragment R on Query { ${repeated(21, (index) => `f${index}`)} }`;
    expect(limitOf(spread)).toBe('rootFields');
    expect(limitOf(`{ a { ...A } } fragment A on T { ${repeated(31, (index) => `a${index}: f`)} }`)).toBe(
      'aliases',
    );
  });
});

describe('fields that deal with passwords', () => {
  const login = (alias: string) => `${alias}: login(input: { username: "a", password: "b" }) { accessToken }`;

  test('may be asked once in an operation', () => {
    expect(limitOf(`mutation { ${login('a')} }`)).toBeUndefined();
    expect(limitOf(`mutation { ${login('a')} ${login('b')} }`)).toBe('onlyOnce');
    expect(limitOf(`mutation { ${login('a')} register(input: {}) { id } }`)).toBe('onlyOnce');
  });

  test('are found in fragments as well', () => {
    expect(
      limitOf(`mutation { ...L ... on Mutation { ${login('b')} } } fragment L on Mutation { ${login('a')} }`),
    ).toBe('onlyOnce');
  });
});

test('a stranger in production is not told how near it came', () => {
  const silent = new DocumentGuard({ limits: productionLimits, areTold: false, trusted });
  expect(silent.inspect(`{ ${repeated(21, (index) => `f${index}`)} }`)).toMatchObject({
    message: 'The document is over a limit.',
    extensions: { code: 'DOCUMENT_REJECTED' },
  });
  expect(guard.inspect(`{ ${repeated(21, (index) => `f${index}`)} }`)?.message).toBe(
    'The document has 21 fields at its root; 20 are allowed.',
  );
});
