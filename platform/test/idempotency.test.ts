import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  cleanIdempotencyKey,
  findAnswers,
  forgetAnswers,
  idempotencyKeyReused,
  type KeyedRequest,
  keepAnswers,
} from '../idempotency/idempotency.ts';
import { newId } from '../ids.ts';
import { statementsDuring } from '../testing/statement-counter.ts';
import type { TestDatabase } from '../testing/test-database.ts';
import { createKeyedDatabase, table } from './keyed-database.ts';

const now = new Date('2026-03-01T12:00:00.000Z');
const viewerId = newId();

let database: TestDatabase;
beforeAll(async () => {
  database = await createKeyedDatabase();
});
afterAll(() => database.close());

const request = (change: Partial<KeyedRequest> = {}): KeyedRequest => ({
  viewerId,
  operation: 'reserve',
  key: 'k',
  input: { id: 1 },
  ...change,
});

const keep = async (answered: readonly { request: KeyedRequest; answer: unknown }[]) =>
  await database.db.transaction((transaction) => keepAnswers(transaction, table, answered, now));

/** What was answered to a request before; undefined when it is new. */
const earlier = async (asked: KeyedRequest) => (await findAnswers(database.db, table, [asked])).get(asked);

/** How `later` fares after a request with a key of its own and the input `first`. */
const after = async (first: unknown, later: unknown) => {
  const key = newId();
  await keep([{ request: request({ key, input: first }), answer: 'first' }]);
  return (await earlier(request({ key, input: later })))?.kind;
};

describe('a request that is sent again', () => {
  test('is answered as the first time', async () => {
    const answer = { kind: 'order', lines: [1, null, 'Zoë'], total: 2 ** 40 };
    await keep([{ request: request({ key: 'again' }), answer }]);
    expect(await earlier(request({ key: 'again' }))).toEqual({ kind: 'replay', answer });
    expect(await earlier(request({ key: 'new' }))).toBeUndefined();
  });

  test.each<[string, unknown, unknown]>([
    ['with its fields in another order', { a: 1, b: 2 }, { b: 2, a: 1 }],
    [
      'with inner fields in another order',
      { l: [{ a: 1, b: { c: 1, d: 2 } }] },
      { l: [{ b: { d: 2, c: 1 }, a: 1 }] },
    ],
    ['without a field that is undefined', { a: 1, b: undefined }, { a: 1 }],
    ['with a date that is the same moment', { at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
    ['with nothing in it', {}, {}],
  ])('%s is the same', async (_what, first, later) => {
    expect(await after(first, later)).toBe('replay');
  });

  test.each<[string, unknown, unknown]>([
    ['another value', { a: 1 }, { a: 2 }],
    ['another inner value', { a: { b: [{ c: 1 }] } }, { a: { b: [{ c: 2 }] } }],
    ['a field more', { a: 1 }, { a: 1, b: 1 }],
    ['a field less', { a: 1, b: 1 }, { a: 1 }],
    ['a field of another name', { a: 1 }, { b: 1 }],
    ['values in each other’s fields', { a: 1, b: 2 }, { a: 2, b: 1 }],
    ['a list in another order', { a: [1, 2] }, { a: [2, 1] }],
    ['a text instead of a number', { a: 1 }, { a: '1' }],
    ['null instead of nothing', {}, { a: null }],
    ['an object instead of a list', { a: ['x'] }, { a: { 0: 'x' } }],
  ])('with %s is not', async (_what, first, later) => {
    expect(await after(first, later)).toBe('reused');
  });

  test('keeps its answer when its key was tried with other input', async () => {
    await keep([{ request: request({ key: 'tried' }), answer: 'mine' }]);
    expect(await earlier(request({ key: 'tried', input: 'other' }))).toEqual({ kind: 'reused' });
    expect(await earlier(request({ key: 'tried' }))).toEqual({ kind: 'replay', answer: 'mine' });
  });

  test('with other input is refused by field', () => {
    expect(idempotencyKeyReused()).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
      extensions: { field: 'idempotencyKey' },
    });
  });
});

describe('a key', () => {
  test.each<[string, Partial<KeyedRequest>]>([
    ['another viewer', { viewerId: newId() }],
    ['another operation', { operation: 'pay' }],
    ['the same letters in another case', { key: 'SCOPED' }],
  ])('of %s is another key', async (_what, change) => {
    const first = request({ key: 'scoped', operation: `reserve ${JSON.stringify(change)}` });
    const stranger = { ...first, ...change };
    await keep([{ request: first, answer: 'first' }]);
    expect(await earlier(stranger)).toBeUndefined();
    await keep([{ request: stranger, answer: 'theirs' }]);
    expect(await earlier(first)).toEqual({ kind: 'replay', answer: 'first' });
    expect(await earlier(stranger)).toEqual({ kind: 'replay', answer: 'theirs' });
  });

  test('is not told from others by where operation and key meet', async () => {
    await keep([{ request: request({ operation: 'a","b', key: 'c' }), answer: 1 }]);
    expect(await earlier(request({ operation: 'a', key: 'b","c' }))).toBeUndefined();
  });

  test.each([
    ['without the blanks around it', '  abc\t', 'abc'],
    ['in Unicode form NFC', 'e\u0301', '\u00E9'],
    ['of 128 characters', 'x'.repeat(128), 'x'.repeat(128)],
    ['of 128 characters beyond 16 bits', '🎟'.repeat(128), '🎟'.repeat(128)],
  ])('is taken %s', (_what, given, key) => {
    expect(cleanIdempotencyKey(given)).toBe(key);
  });

  test.each([
    ['nothing', ''],
    ['blanks', '   '],
    ['129 characters', 'x'.repeat(129)],
    ['a NUL in it', 'a\u0000b'],
    ['two lines', 'a\nb'],
    ['a bidirectional override in it', 'a\u202Eb'],
    ['a lone surrogate', 'a\uD800'],
    ['a card number', '4242424242424242'],
  ])('that is %s is refused by field', (_what, given) => {
    expect(() => cleanIdempotencyKey(given)).toThrow(
      expect.objectContaining({
        code: 'BAD_USER_INPUT',
        extensions: expect.objectContaining({ field: 'idempotencyKey' }),
      }),
    );
  });
});

describe('many requests', () => {
  const batch = Array.from({ length: 50 }, (_, index) => request({ key: `many-${index}`, input: { index } }));

  test('are looked up in one statement and kept in one', async () => {
    const kept = batch.slice(0, 25).map((each, index) => ({ request: each, answer: { index } }));
    expect(await statementsDuring(database, () => keep(kept))).toHaveLength(3);
    const asked = batch.map((each, index) => (index === 7 ? { ...each, input: 'other' } : each));
    let found = new Map<KeyedRequest, unknown>();
    const statements = await statementsDuring(database, async () => {
      found = await findAnswers(database.db, table, asked);
    });
    expect(statements).toHaveLength(1);
    const expected = asked.map((_, index) => {
      if (index >= 25) return undefined;
      return index === 7 ? { kind: 'reused' } : { kind: 'replay', answer: { index } };
    });
    expect(asked.map((each) => found.get(each))).toEqual(expected);
  });

  test('that carry one key are each answered', async () => {
    const twins = [
      request({ key: 'many-1', input: { index: 1 } }),
      request({ key: 'many-1', input: 'other' }),
    ];
    const found = await findAnswers(database.db, table, twins);
    expect(twins.map((each) => found.get(each)?.kind)).toEqual(['replay', 'reused']);
  });

  test('with one key of several viewers and operations each have their own answer', async () => {
    const asked = [
      request({ key: 'shared' }),
      request({ key: 'shared', viewerId: newId() }),
      request({ key: 'shared', operation: 'pay' }),
      request({ key: 'shared', operation: 'refund' }),
    ];
    const kept = asked.slice(0, 3).map((each, index) => ({ request: each, answer: index }));
    await keep(kept);
    const found = await findAnswers(database.db, table, asked);
    expect(asked.map((each) => found.get(each))).toEqual([
      ...kept.map(({ answer }) => ({ kind: 'replay', answer })),
      undefined,
    ]);
  });

  test('that are none ask nothing', async () => {
    const nothing = async () => {
      expect((await findAnswers(database.db, table, [])).size).toBe(0);
      await database.db.transaction((transaction) => keepAnswers(transaction, table, [], now));
    };
    expect(await statementsDuring(database, nothing)).toEqual(['begin', 'commit']);
  });
});

describe('answers', () => {
  const day = 24 * 60 * 60 * 1000;
  const insert = async (count: number, age: string) =>
    await database.pool.query(
      `insert into keyed.idempotency_key
       select $1, 'old', gen_random_uuid(), 'f', to_jsonb(n), $2::timestamptz - interval '1 ms' * (${age})
       from generate_series(1, ${count}) n`,
      [viewerId, now],
    );
  const left = async () => {
    const query =
      "select answer::int n from keyed.idempotency_key where operation = 'old' order by created_at, n";
    return (await database.pool.query(query)).rows.map(({ n }) => n);
  };
  const clear = async () => await database.pool.query('delete from keyed.idempotency_key');

  test('are kept for a day, and forgotten after it', async () => {
    await clear();
    await insert(3, `${day} + n - 2`);
    await forgetAnswers(database.db, table, now);
    expect(await left()).toEqual([2, 1]);
    await forgetAnswers(database.db, table, new Date(now.getTime() + 1));
    expect(await left()).toEqual([1]);
  });

  test('are forgotten a thousand at once at most, the oldest first', async () => {
    await clear();
    await insert(2_100, `${day} + n`);
    expect(await forgetAnswers(database.db, table, now)).toBe(true);
    expect(await left()).toEqual(Array.from({ length: 1_100 }, (_, index) => 1_100 - index));
    expect(await forgetAnswers(database.db, table, now)).toBe(true);
    expect(await left()).toHaveLength(100);
    expect(await forgetAnswers(database.db, table, now)).toBe(false);
    expect(await left()).toEqual([]);
  });

  test('of one moment are forgotten a thousand at once at most as well', async () => {
    await clear();
    await insert(1_500, `${2 * day}`);
    await forgetAnswers(database.db, table, now);
    expect(await left()).toHaveLength(500);
  });

  test('that are forgotten leave their keys free', async () => {
    await clear();
    await keep([{ request: request(), answer: 'first' }]);
    await forgetAnswers(database.db, table, new Date(now.getTime() + day + 1));
    expect(await earlier(request({ input: 'other' }))).toBeUndefined();
    await keep([{ request: request({ input: 'other' }), answer: 'second' }]);
    expect(await earlier(request({ input: 'other' }))).toEqual({ kind: 'replay', answer: 'second' });
  });
});
