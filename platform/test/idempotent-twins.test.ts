import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { violatedConstraint } from '../database/failures.ts';
import { findAnswers, type KeyedRequest, keepAnswers, withTwins } from '../idempotency/idempotency.ts';
import { newId } from '../ids.ts';
import type { TestDatabase } from '../testing/test-database.ts';
import { createKeyedDatabase, table } from './keyed-database.ts';

const now = new Date('2026-03-01T12:00:00.000Z');
const viewerId = newId();
const request = (key: string): KeyedRequest => ({ viewerId, operation: 'reserve', key, input: { key } });

let database: TestDatabase;
beforeAll(async () => {
  database = await createKeyedDatabase();
  await database.pool.query(`
    create table keyed.effect (key text, number serial);
    create table keyed.seat (number int constraint seat_taken unique)`);
});
afterAll(() => database.close());

/**
 * Does what a service does with a keyed request: answers as before, or takes effect and keeps the answer.
 * @param kept runs before the commit
 */
const perform = async (key: string, kept: () => Promise<void> = async () => {}): Promise<unknown> =>
  await withTwins(
    async () =>
      await database.db.transaction(async (transaction) => {
        const asked = request(key);
        const earlier = (await findAnswers(transaction, table, [asked])).get(asked);
        if (earlier) return earlier;
        const { rows } = await transaction.execute<{ number: number }>(
          `insert into keyed.effect (key) values ('${key}') returning number`,
        );
        const answer = { number: rows[0]?.number };
        await keepAnswers(transaction, table, [{ request: asked, answer }], now);
        await kept();
        return { kind: 'first', answer };
      }),
  );

const effects = async (key: string) =>
  (await database.pool.query('select number from keyed.effect where key = $1', [key])).rows;

/** Resolves once so many statements wait for what other transactions hold. */
const untilWaiting = async (count: number): Promise<void> => {
  const query = `select count(*)::int waiting from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
  while ((await database.pool.query(query)).rows[0].waiting < count);
};

describe('of twins at once', () => {
  test('one takes effect, and the other waits for its answer and has the same', async () => {
    const hasKept = Promise.withResolvers<void>();
    const first = perform('twin', async () => {
      hasKept.resolve();
      await untilWaiting(1);
    });
    await hasKept.promise;
    const second = perform('twin');
    const answers = await Promise.all([first, second]);
    const [row, ...more] = await effects('twin');
    expect(more).toEqual([]);
    expect(answers).toEqual([
      { kind: 'first', answer: row },
      { kind: 'replay', answer: row },
    ]);
  });

  test('the other takes effect when the first comes to nothing', async () => {
    const hasKept = Promise.withResolvers<void>();
    const first = perform('abandoned', async () => {
      hasKept.resolve();
      await untilWaiting(1);
      throw new Error('no');
    });
    const failed = expect(first).rejects.toThrow('no');
    await hasKept.promise;
    const second = await perform('abandoned');
    await failed;
    expect(second).toEqual({ kind: 'first', answer: (await effects('abandoned'))[0] });
    expect(await effects('abandoned')).toHaveLength(1);
  });

  test('ten have one effect and one answer', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => perform('crowd')));
    const [row, ...more] = await effects('crowd');
    expect(more).toEqual([]);
    expect(answers.map((each) => (each as { answer: unknown }).answer)).toEqual(Array(10).fill(row));
    expect(answers.filter((each) => (each as { kind: string }).kind === 'first')).toHaveLength(1);
  });
});

describe('work with twins', () => {
  const failing = async (work: (turn: number) => Promise<unknown>) => {
    let turns = 0;
    const error = await withTwins(() => work(++turns)).catch((reason: unknown) => reason);
    return { turns, error };
  };

  test('is not run again for another failure', async () => {
    expect(
      await failing(async () => {
        throw new Error('no');
      }),
    ).toEqual({ turns: 1, error: new Error('no') });
  });

  test('is not run again for another constraint', async () => {
    const { turns, error } = await failing(() =>
      database.db.execute('insert into keyed.seat values (1), (1)'),
    );
    expect([turns, violatedConstraint(error)]).toEqual([1, 'seat_taken']);
  });

  test('is run again once only', async () => {
    const twice = [request('mine'), request('mine')].map((each) => ({ request: each, answer: 1 }));
    const { turns, error } = await failing(() =>
      database.db.transaction((transaction) => keepAnswers(transaction, table, twice, now)),
    );
    expect([turns, violatedConstraint(error)]).toEqual([2, 'idempotency_key_pkey']);
  });
});

describe('batches', () => {
  const keep = async (keys: readonly string[]) =>
    await database.db.transaction((transaction) =>
      keepAnswers(
        transaction,
        table,
        keys.map((key) => ({ request: request(key), answer: keys })),
        now,
      ),
    );

  test('with the same keys in other orders do not wait for each other in a ring', async () => {
    const holder = await database.pool.connect();
    try {
      await holder.query('begin');
      await holder.query("insert into keyed.idempotency_key values ($1, 'reserve', 'b', 'f', '1', $2)", [
        viewerId,
        now,
      ]);
      // Unsorted, each would hold its first key, wait for `b`, and then for the other's first.
      const batches = Promise.allSettled([keep(['a', 'b', 'c']), keep(['c', 'b', 'a'])]);
      await untilWaiting(2);
      await holder.query('rollback');
      const outcomes = (await batches).map((each) =>
        each.status === 'rejected' ? violatedConstraint(each.reason) : 'kept',
      );
      expect(outcomes.toSorted()).toEqual(['idempotency_key_pkey', 'kept']);
    } finally {
      holder.release();
    }
  });

  test('of which one key is taken are kept in no part', async () => {
    await keep(['taken']);
    await expect(keep(['free-1', 'taken', 'free-2'])).rejects.toThrow();
    const free = [request('free-1'), request('free-2')];
    expect((await findAnswers(database.db, table, free)).size).toBe(0);
  });
});
