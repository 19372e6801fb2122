import { describe, expect, test } from '@jest/globals';
import { buildSchema, execute, isScalarType, parse, validate } from 'graphql';
import { operationRunner } from '../graphql/operation-runner.ts';

const schema = buildSchema(`
  type Query { told(one: Int = 7, two: Int, in: In, list: [Int], ins: [In!], mood: Mood, day: Day): String needing(one: Int! = 5): Int! again: Query! }
  scalar Day
  type Mutation { told(in: Flat!): String }
  input Flat { a: Int = 5 b: String at: Place list: [Int] mood: Mood = GLAD }
  input Place { city: String = "Bonn" of: [Mood!] }
  input In { a: Int = 5 b: String within: In list: [Int] mood: Mood = GLAD }
  enum Mood { GLAD SAD }
`);
for (const type of [schema.getQueryType(), schema.getMutationType()]) {
  const field = type?.getFields().told;
  // Answers what it is given.
  if (field) field.resolve = (_, given) => JSON.stringify(given, (_name, value) => sorted(value));
}

const { Day } = schema.getTypeMap();
if (isScalarType(Day)) Day.parseValue = (value) => `the ${value}`;

const again = schema.getQueryType()?.getFields().again;
if (again) again.resolve = () => ({});

/** The order of arguments says nothing. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}

const documents = [
  'query ($n: Int) { told(one: $n, two: $n) }',
  'query ($n: Int = 3) { told(one: $n, two: $n) }',
  'query ($n: Int) { told(in: { a: $n, b: "x" }) }',
  'query ($n: Int = 3) { told(in: { a: $n }) }',
  'query ($n: Int, $s: String) { told(in: { within: { a: $n, b: $s } }) }',
  'query ($n: Int) { told(list: [1, $n]) }',
  'query ($n: Int) { told(in: { list: [$n] }) }',
  'query ($n: Int) { told(ins: [{ a: $n }, { b: "y" }]) }',
  'query ($n: Int) { ...F } fragment F on Query { told(in: { a: $n }) }',
  'query ($i: In) { told(in: $i) }',
  'query ($i: In) { told(in: { within: $i }) }',
  'query ($n: Int) { told needing(one: $n) }',
  'query ($n: Int) { again { needing(one: $n) } told }',
  'query ($n: Int!) { needing(one: $n) }',
  'query ($d: Day = 5) { told(day: $d) }',
  'query ($m: Mood = SAD) { told(mood: $m) }',
  'query ($i: In = { mood: SAD }) { told(in: $i) }',
  'query ($m: Mood) { told(mood: $m, in: { mood: $m }) }',
  'query { told(in: { a: null, within: {} }, list: [1, null], two: null) }',
  'mutation ($n: Int, $s: String) { told(in: { a: $n, b: $s }) }',
  'query ($t: Boolean!) { y: again { one: told(one: 1) ...F @include(if: $t) } x: again { ...F } } fragment F on Query { told }',
  'query ($t: Boolean!, $u: Boolean = true) { again { ...F @skip(if: $t) ...F @include(if: $u) } } fragment F on Query { told }',
  'query ($t: Boolean!) { again { told(one: 1) @skip(if: $t) last: told ...F told(one: 1) } } fragment F on Query { first: told }',
  '{ again { ...F @include(if: false) again { ...F } } } fragment F on Query { told }',
  'mutation ($f: Flat!) { told(in: $f) }',
  'mutation ($p: Place) { told(in: { at: $p }) }',
];

const absentNullOrGiven: Readonly<Record<string, readonly unknown[]>> = {
  n: [undefined, null, 1],
  s: [undefined, null, 'text'],
  m: [undefined, null, 'SAD'],
  d: [undefined, null, 3],
  t: [true, false],
  u: [undefined, true, false],
  p: [undefined, null, {}, { city: null, of: [] }],
  f: [
    undefined,
    null,
    {},
    { a: null, at: {} },
    { at: { city: 'Kiel', of: ['SAD'] }, list: [null] },
    { c: 1 },
  ],
  i: [undefined, null, {}, { a: null }, { a: 2, b: 'b', list: [1], mood: 'SAD' }, { within: { within: {} } }],
};

function variablesOf(source: string): Record<string, unknown>[] {
  const names = [...new Set(source.match(/(?<=\$)\w/g))];
  return names.reduce<Record<string, unknown>[]>(
    (known, name) =>
      known.flatMap((variables) =>
        (absentNullOrGiven[name] ?? []).map((value) =>
          value === undefined ? variables : { ...variables, [name]: value },
        ),
      ),
    [{}],
  );
}

describe('an operation that is asked often is answered as when it was new', () => {
  test.each(documents)('%s', async (source) => {
    const document = parse(source);
    expect(validate(schema, document)).toEqual([]);
    const run = operationRunner(schema, document, undefined);
    const inputs = variablesOf(source);
    for (let round = 0; round < 25; round += 1) {
      for (const variables of inputs) {
        const answer = await run({ contextValue: {}, variables });
        const expected = await execute({ schema, document, variableValues: variables });
        // In the same order too.
        expect(JSON.stringify([variables, answer.data])).toBe(JSON.stringify([variables, expected.data]));
        expect(answer.errors?.length).toBe(expected.errors?.length);
      }
    }
  });
});

test.each([
  ['a function', () => 'Emma'],
  ['a promise', Promise.resolve('Emma')],
])('%s for a value is a mistake from the first time on', async (_, title) => {
  const books = buildSchema('type Query { book: Book } type Book { title: String }');
  const { book } = books.getQueryType()?.getFields() ?? {};
  if (book) book.resolve = () => ({ title });
  const run = operationRunner(books, parse('{ book { title } }'), undefined);
  const { data, errors } = await run({ contextValue: {}, variables: {} });
  expect(data).toEqual({ book: { title: null } });
  expect(errors?.[0]?.message).toBe('Book.title is no value: it needs a resolver.');
});
