import { describe, expect, test } from '@jest/globals';
import { smallSupergraph } from './small-supergraph.ts';

/** Says what each argument came as. */
const echo = (_: unknown, args: object) => JSON.stringify(args);

const { ask, prepared, known, sent } = smallSupergraph({
  echoes: {
    sdl: `
      scalar Any
      enum Color { RED BLUE }
      input Filter { text: String = "none" n: Int color: Color ids: [ID!] inner: Filter any: Any f: Float }
      type Query {
        int(n: Int): String
        float(f: Float): String
        text(s: String! = "default"): String
        id(id: ID!): String
        any(any: Any): String
        ids(ids: [ID!]): String
        filter(filter: Filter!, filters: [Filter]): String
        both(n: Int, f: Float, id: ID): String
        planned(representations: String, id: Int): String
      }`,
    resolvers: {
      Query: {
        int: echo,
        float: echo,
        text: echo,
        id: echo,
        any: echo,
        ids: echo,
        filter: echo,
        both: echo,
        planned: echo,
      },
    },
  },
});

async function echoed(selection: string): Promise<unknown> {
  const { data, errors } = await ask(`{ echo: ${selection} }`);
  expect(errors).toBeUndefined();
  return JSON.parse(String(data?.echo));
}

describe('a literal means what it means where it stands', () => {
  test.each<[string, unknown]>([
    ['int(n: 7)', { n: 7 }],
    ['int(n: -2147483648)', { n: -2147483648 }],
    ['int(n: null)', { n: null }],
    ['planned(representations: "a", id: 1)', { representations: 'a', id: 1 }],
    [
      String.raw`planned(representations: "\"\"1", id: 1) again: planned(representations: """1""")`,
      { representations: '""1', id: 1 },
    ],
    ['int', {}],
    ['float(f: 1)', { f: 1 }],
    ['float(f: 1e21)', { f: 1e21 }],
    ['float(f: 99999999999999999999)', { f: 1e20 }],
    ['text(s: "")', { s: '' }],
    ['text(s: "a\\n\\u00e9\\"\\\\")', { s: 'a\né"\\' }],
    ['text(s: """\n    two\n      lines\n  """)', { s: 'two\n  lines' }],
    ['text(s: "\\u{1F600}")', { s: '😀' }],
    ['text(s: "\u0001\u0000")', { s: '\u0001\u0000' }],
    ['text', { s: 'default' }],
    ['id(id: 7)', { id: '7' }],
    ['id(id: 99999999999999999999)', { id: '99999999999999999999' }],
    ['id(id: "7")', { id: '7' }],
    ['ids(ids: "a")', { ids: ['a'] }],
    ['ids(ids: [1, "b"])', { ids: ['1', 'b'] }],
    ['ids(ids: [])', { ids: [] }],
    ['any(any: "x")', { any: 'x' }],
    ['any(any: 1.5)', { any: 1.5 }],
    ['any(any: RED)', { any: 'RED' }],
    ['any(any: { a: [1, "b"], c: { d: true } })', { any: { a: [1, 'b'], c: { d: true } } }],
    ['both(n: 1, f: 1, id: 1)', { n: 1, f: 1, id: '1' }],
    ['filter(filter: {})', { filter: { text: 'none' } }],
    [
      'filter(filter: { text: "x", color: RED, ids: [1], inner: { n: 2, f: 3 } }, filters: [{ n: 4 }, null])',
      {
        filter: { text: 'x', color: 'RED', ids: ['1'], inner: { text: 'none', n: 2, f: 3 } },
        filters: [{ text: 'none', n: 4 }, null],
      },
    ],
    [
      'filter(filter: { n: 1 }, filters: { n: 1 })',
      { filter: { text: 'none', n: 1 }, filters: [{ text: 'none', n: 1 }] },
    ],
  ])('%s', async (selection, expected) => {
    expect(await echoed(selection)).toEqual(expected);
    // From the cache now.
    expect(await echoed(selection)).toEqual(expected);
  });
});

describe('documents that differ in literals alone', () => {
  test('are one, and each is answered with its own', async () => {
    const first = prepared('{ int(n: 1) text(s: "a") }');
    const second = prepared('{ int(n: 2) text(s: "b") }');
    expect(second?.prepared).toBe(first?.prepared);
    expect(Object.values(second?.literalValues ?? {}).sort()).toEqual([2, 'b']);
    expect((await ask('{ int(n: 2) text(s: "b") }')).data).toEqual({ int: '{"n":2}', text: '{"s":"b"}' });
  });

  test('send a subgraph one text', async () => {
    sent.length = 0;
    await ask('{ id(id: "x") }');
    await ask('{ id(id: 5) }');
    await ask('{ id(id: "y") }');
    expect(new Set(sent.map(({ text }) => text)).size).toBe(1);
    expect(sent.map(({ variables }) => Object.values(variables))).toEqual([['x'], ['5'], ['y']]);
  });

  test('and in a value that fits no variable are answered by themselves', async () => {
    expect((await ask('{ float(f: 1.5) }')).data).toEqual({ float: '{"f":1.5}' });
    expect((await ask('{ any(any: 1) }')).data).toEqual({ any: '{"any":1}' });
    // A number that JSON cannot carry to the digit.
    expect((await ask('{ any(any: 12345678901234567890) }')).data).toEqual({
      any: '{"any":12345678901234567000}',
    });
    expect((await ask('{ any(any: 2) }')).data).toEqual({ any: '{"any":2}' });
  });
});

describe('what is no value of its type is told by its own literal', () => {
  test.each([
    [
      '{ int(n: 1) }',
      '{ int(n: 3000000000) }',
      'Int cannot represent non 32-bit signed integer value: 3000000000',
    ],
    ['{ int(n: 1) }', '{ int(n: 01) }', 'Syntax Error: Invalid number, unexpected digit after 0: "1".'],
    ['{ text(s: "a") }', '{ text(s: "\\x") }', 'Syntax Error: Invalid character escape sequence: "\\x".'],
    ['{ id(id: 1) }', '{ id(id: 1.5) }', 'ID cannot represent a non-string and non-integer value: 1.5'],
  ])('%s, then %j', (good, bad, message) => {
    prepared(good);
    expect(known(good)).toBeDefined();
    expect(known(bad)).toBeUndefined();
    expect(() => prepared(bad)).toThrow(message);
  });
});

test('a variable of the client is not taken for a literal’s', async () => {
  const { data } = await ask('query ($n: Int, $n_2: Int) { a: int(n: 1) b: int(n: $n) c: int(n: $n_2) }', {
    n: 5,
    n_2: 6,
  });
  expect(data).toEqual({ a: '{"n":1}', b: '{"n":5}', c: '{"n":6}' });
});

test('fields of one name whose literals are equal are still one', async () => {
  expect((await ask('{ int(n: 1) int(n: 1) ...F } fragment F on Query { int(n: 1) }')).data).toEqual({
    int: '{"n":1}',
  });
  expect(() => prepared('{ int(n: 1) int(n: 2) }')).toThrow(/conflict because they have differing arguments/);
});

test('variables that a document does not declare are nothing to it, whatever the planner calls others', async () => {
  const source =
    'query ($representations: String = "own") { echo: planned(representations: $representations) }';
  for (const given of [{}, { representations_1: 'other' }, { representations_1: { other: 1 } }]) {
    const { data, errors } = await ask(source, given);
    expect([errors, JSON.parse(String(data?.echo))]).toEqual([undefined, { representations: 'own' }]);
  }
});
