import { describe, expect, test } from '@jest/globals';
import { Lexer, Source, TokenKind } from 'graphql';
import { documentTemplate } from '../document/document-template.ts';

const keyOf = (source: string) => documentTemplate(source)?.key;
const literalsOf = (source: string) =>
  documentTemplate(source)?.literals.map(({ kind, text }) => `${kind} ${text}`);

function lexicalTokens(source: string): number {
  const lexer = new Lexer(new Source(source));
  let count = 0;
  while (lexer.advance().kind !== TokenKind.EOF) count += 1;
  return count;
}

describe('documents that differ in literals alone have one template', () => {
  test.each([
    ['strings', '{ a(s: "x") }', '{ a(s: "other \\" } ) #") }'],
    ['block strings', '{ a(s: """x""") }', '{ a(s: """y \\""" "z"\n)""") }'],
    ['whole numbers', '{ a(n: 1) }', '{ a(n: -200) }'],
    ['numbers', '{ a(n: 1.5) }', '{ a(n: 2E-3) }'],
    ['what stands within lists and objects', '{ a(i: { l: [1, "x"] }) }', '{ a(i: { l: [2, "y"] }) }'],
  ])('%s', (_what, one, other) => {
    expect(keyOf(one)).toBe(keyOf(other));
    expect(literalsOf(one)).not.toEqual(literalsOf(other));
  });

  test('a string and the block string of it are one', () => {
    expect(keyOf('{ a(s: "x") }')).toBe(keyOf('{ a(s: """x""") }'));
  });
});

describe('documents that differ in more have not', () => {
  test.each([
    ['the kind of a literal', '{ a(n: 1) }', '{ a(n: 1.0) }'],
    ['which literals are equal', '{ a(x: 1, y: 1) }', '{ a(x: 1, y: 2) }'],
    ['a value of an enum', '{ a(e: RED) }', '{ a(e: BLUE) }'],
    ['a Boolean', '{ a(b: true) }', '{ a(b: false) }'],
    ['null', '{ a(n: null) }', '{ a(n: 1) }'],
    ['an argument of a directive', '{ a @x(n: 1) }', '{ a @x(n: 2) }'],
    ['one of a directive after arguments', '{ a(n: 1) @x(n: 1) }', '{ a(n: 1) @x(n: 2) }'],
    ['a default', 'query ($n: Int = 1) { a(n: $n) }', 'query ($n: Int = 2) { a(n: $n) }'],
    ['a default within an object', 'query ($i: I = { n: 1 }) { a }', 'query ($i: I = { n: 2 }) { a }'],
    ['a comment', '{ a # "x"\n}', '{ a # "y"\n}'],
    ['an alias', '{ x: a }', '{ y: a }'],
    ['a list’s length', '{ a(l: [1]) }', '{ a(l: [1, 2]) }'],
  ])('%s', (_what, one, other) => {
    expect(keyOf(one)).not.toBe(keyOf(other));
  });

  test('a text cannot pretend to be the template of another', () => {
    const pretended = (keyOf('{ a(n: 5, m: 5) }') ?? '')
      .replace(/\0Int0\0(?= })/, '5')
      .replace(/\0Int0\0\)/, '5)');
    expect(pretended).toContain('\0');
    expect(documentTemplate(pretended)).toBeUndefined();
    expect(literalsOf('{ a(s: "\0Int0\0") }')).toEqual(['String "\0Int0\0"']);
  });
});

test('equal literals share a slot, in the order of their first place', () => {
  expect(literalsOf('{ a(x: 1, s: "1", y: 1) b(x: 1.0, s: "1") }')).toEqual([
    'Int 1',
    'String "1"',
    'Float 1.0',
  ]);
});

test('so do strings that say the same in other letters, as GraphQL’s rules have it', () => {
  expect(literalsOf(String.raw`{ a(s: "ab") a(s: "\u0061b") a(s: "\u{61}b") }`)).toEqual(['String "ab"']);
  expect(literalsOf(String.raw`{ a(s: "\u0061\"") b(s: "a\"") c(s: "\q") d(s: "q") }`)).toHaveLength(3);
  expect(literalsOf('{ a(s: "ab") a(s: """ab""") a(s: """\n  ab\n""") }')).toHaveLength(2);
  // A block string and the string with two more quotes, in either order.
  expect(literalsOf(String.raw`{ a(s: """ab""", t: "\"\"ab") b(s: "block ab") }`)).toHaveLength(3);
  expect(literalsOf(String.raw`{ a(s: "\"\"", t: """""") }`)).toHaveLength(2);
});

test('comments with quotes and braces hide nothing and end nothing', () => {
  const source = '{ # " } (\n a(n: 1) # ) "\r b(s: "# no comment") }';
  expect(literalsOf(source)).toEqual(['Int 1', 'String "# no comment"']);
});

test.each(['{ a(s: "x) }', '{ a(s: "x\n") }', '{ a(s: """x) }', '{ a(s: "\\") }'])(
  'a text that ends within a string is no document: %j',
  (source) => {
    expect(documentTemplate(source)).toBeUndefined();
  },
);

test.each([
  '{ a(n: 1, s: "x, y") ...F @skip(if: false) }',
  'query Q($n: [Int!]! = [1, -2.5e+3]) { x: a(n: $n) { ... on T { b } } } # end',
  '\ufeff{ a(s: """ "" \\""" """, i: { b: [true, null, RED] }) }',
  'subscription { a } fragment F on T { b, c,,, d } extend type T @d { a: Int | b & c }',
])('tokens are counted as GraphQL counts them: %s', (source) => {
  expect(documentTemplate(source)?.tokens).toBe(lexicalTokens(source));
});

test('each literal is found again at its place in the text', () => {
  const source = '{ a(n: 10, s: "é😀") b(n: 10) }';
  const { slotAt, literals } = documentTemplate(source) ?? {
    slotAt: new Map<number, number>(),
    literals: [],
  };
  const found = [...slotAt].map(([at, slot]) => source.startsWith(literals[slot]?.text ?? '-', at));
  expect(found).toEqual([true, true, true]);
});
