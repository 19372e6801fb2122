import { describe, expect, test } from '@jest/globals';
import type { SubgraphResult } from '@tixgo/platform/graphql/subgraph.ts';
import type { SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';
import { WrittenResult } from '@tixgo/platform/subgraphs/written-result.ts';
import type { Viewer } from '@tixgo/platform/viewer.ts';
import { batchingSource } from '../sources/batching-source.ts';
import { sharingSource } from '../sources/sharing-source.ts';

type Request = Parameters<SubgraphSource['execute']>[0];

const viewer = (id: string): Viewer => ({
  kind: 'user',
  id,
  username: id,
  role: 'USER',
  sessionId: id,
  issuedAt: new Date(0),
});
const request = (changed: Partial<Request> = {}): Request => ({
  query: '{ a }',
  variables: {},
  viewer: viewer('ada'),
  requestId: 'r',
  address: '1.1.1.1',
  userAgent: 'curl',
  ...changed,
});

/** Answers only when it is told to. */
function heldSource() {
  const asked: Request[] = [];
  const waiting: ((answer: () => SubgraphResult) => void)[] = [];
  const source: SubgraphSource = {
    name: 's',
    close: async () => {},
    execute: (one) => {
      asked.push(one);
      return new Promise((resolve, reject) => {
        waiting.push((answer) => {
          try {
            resolve(answer());
          } catch (error) {
            reject(error);
          }
        });
      });
    },
  };
  const answerAll = (answer: () => SubgraphResult) => {
    for (const tell of waiting.splice(0)) tell(answer);
  };
  return { source, asked, answerAll };
}

describe('equal queries under way', () => {
  test('of one caller are asked once, and each gets an answer of its own to write to', async () => {
    const { source, asked, answerAll } = heldSource();
    const shared = sharingSource(source);
    const answers = [shared.execute(request()), shared.execute(request()), shared.execute(request())];
    answerAll(() => ({ data: { a: { b: 1 } } }));
    const [one, other, third] = await Promise.all(answers);
    expect(asked).toHaveLength(1);
    expect(other).toEqual(one);
    expect(new Set([one?.data?.a, other?.data?.a, third?.data?.a]).size).toBe(3);
  });

  test.each([
    ['another viewer', { viewer: viewer('bob') }],
    ['another role of the viewer', { viewer: { ...viewer('ada'), role: 'ADMIN' } as Viewer }],
    ['another address', { address: '2.2.2.2' }],
    ['another user agent', { userAgent: 'wget' }],
    ['other variables', { variables: { b: 1 } }],
    ['another operation', { query: '{ b }' }],
  ])('with %s are asked apart', (_, changed) => {
    const { source, asked } = heldSource();
    const shared = sharingSource(source);
    void shared.execute(request());
    void shared.execute(request(changed));
    expect(asked).toHaveLength(2);
  });

  test.each([
    ['the first', 0],
    ['another', 1],
  ])('are waited for by the others when the time of %s is over', async (_, hurried) => {
    const { source, asked, answerAll } = heldSource();
    const shared = sharingSource(source);
    const time = new AbortController();
    const answers = [0, 1, 2].map((index) =>
      shared.execute(request(index === hurried ? { signal: time.signal, deadline: 1 } : {})),
    );
    time.abort();
    await expect(answers[hurried]).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
    expect(asked.map(({ signal, deadline }) => [signal, deadline])).toEqual([[undefined, undefined]]);
    answerAll(() => ({ data: { a: 1 } }));
    const told = await Promise.all(answers.filter((_answer, index) => index !== hurried));
    expect(told).toEqual([{ data: { a: 1 } }, { data: { a: 1 } }]);
  });

  test('are asked again once they are answered, or have failed', async () => {
    const { source, asked, answerAll } = heldSource();
    const shared = sharingSource(source);
    const failing = [shared.execute(request()), shared.execute(request())];
    answerAll(() => {
      throw new Error('away');
    });
    expect((await Promise.allSettled(failing)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    void shared.execute(request());
    expect(asked).toHaveLength(2);
  });

  test('never stand for a mutation', () => {
    const { source, asked } = heldSource();
    const shared = sharingSource(source);
    void shared.execute(request({ query: 'mutation{a}' }));
    void shared.execute(request({ query: 'mutation{a}' }));
    expect(asked).toHaveLength(2);
  });
});

const entities = (ids: readonly string[], changed: Partial<Request> = {}) =>
  request({
    query: 'query($representations:[_Any!]!){_entities(representations:$representations){...on A{b}}}',
    variables: { representations: ids.map((id) => ({ __typename: 'A', id })), c: 1 },
    ...changed,
  });
const countOf = (list: unknown) => (Array.isArray(list) ? list.length : undefined);
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('entity fetches', () => {
  test('that come while one of their kind is under way are joined, and each gets what it asked', async () => {
    const { source, asked, answerAll } = heldSource();
    const batched = batchingSource(source);
    const alone = batched.execute(entities(['1']));
    expect(asked).toHaveLength(1);
    const joined = [batched.execute(entities(['2', '3'])), batched.execute(entities(['4']))];
    await turn();
    expect(asked.map(({ variables }) => variables)).toEqual([
      { representations: [{ __typename: 'A', id: '1' }], c: 1 },
      { representations: ['2', '3', '4'].map((id) => ({ __typename: 'A', id })), c: 1 },
    ]);
    const path = (index: number) => ['_entities', index, 'b'];
    answerAll(() => ({
      data: { _entities: [{ b: 2 }, { b: null }, { b: null }] },
      errors: [{ message: 'three', path: path(1) }, { message: 'four', path: path(2) }, { message: 'all' }],
    }));
    await alone;
    expect(await Promise.all(joined)).toEqual([
      {
        data: { _entities: [{ b: 2 }, { b: null }] },
        errors: [{ message: 'three', path: path(1) }, { message: 'all' }],
      },
      {
        data: { _entities: [{ b: null }] },
        errors: [{ message: 'four', path: path(0) }, { message: 'all' }],
      },
    ]);
  });

  test.each([
    ['another viewer', { viewer: viewer('bob') }],
    ['another address', { address: '2.2.2.2' }],
    ['other variables', { variables: { representations: [], c: 2 } }],
    ['another operation', { query: '{ _entities }' }],
  ])('with %s go out by themselves', (_, changed) => {
    const { source, asked } = heldSource();
    const batched = batchingSource(source);
    void batched.execute(entities(['1']));
    void batched.execute(entities(['1'], changed));
    expect(asked).toHaveLength(2);
  });

  test('that are joined get parts of an exact answer that are exact as well, as they came', async () => {
    const { source, answerAll } = heldSource();
    const batched = batchingSource(source);
    const alone = batched.execute(entities(['1']));
    const joined = [batched.execute(entities(['2', '3'])), batched.execute(entities(['4']))];
    await turn();
    const texts = ['{"b":"\\u0061 ]},é😀"}', 'null', '{"b":[[{}],"\\""]}'];
    answerAll(() => new WrittenResult(Buffer.from(`{"data":{"_entities":[${texts.join()}]}}`)));
    const told = await Promise.all(joined);
    expect(told.map(({ json, isExact }) => [String(json), isExact])).toEqual([
      [`{"data":{"_entities":[${texts.slice(0, 2).join()}]}}`, true],
      [`{"data":{"_entities":[${texts[2]}]}}`, true],
    ]);
    expect(told[0]?.data?._entities).toEqual([{ b: 'a ]},é😀' }, null]);
    await alone;
  });

  test('that are joined are waited for when the time of the first is over', async () => {
    const { source, asked, answerAll } = heldSource();
    const batched = batchingSource(source);
    const time = new AbortController();
    const alone = batched.execute(entities(['1']));
    const first = batched.execute(entities(['2'], { signal: time.signal, deadline: 1 }));
    const second = batched.execute(entities(['3']));
    await turn();
    time.abort();
    await expect(first).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
    expect(asked[1]).not.toHaveProperty('signal');
    answerAll(() => ({ data: { _entities: [{ b: 2 }, { b: 3 }] } }));
    expect(await second).toEqual({ data: { _entities: [{ b: 3 }] } });
    await alone;
  });

  test('are joined to a thousand entities at most, but for one that asks for more', async () => {
    const { source, asked, answerAll } = heldSource();
    const batched = batchingSource(source);
    const ids = (from: number, count: number) => Array.from({ length: count }, (_, at) => `${from + at}`);
    const parts = [ids(0, 1), ids(1, 600), ids(601, 400), ids(1_001, 1), ids(1_002, 1_500), ids(2_502, 2)];
    const answers = parts.map((part) => batched.execute(entities(part)));
    await turn();
    const counts = asked.map(({ variables }) => countOf(variables?.representations));
    expect(counts).toEqual([1, 1_000, 1, 1_500, 2]);
    answerAll(() => ({ data: { _entities: ids(0, 1_500) } }));
    const told = await Promise.all(answers);
    expect(told.slice(1, 3).map(({ data }) => countOf(data?._entities))).toEqual([600, 400]);
  });

  test('that fail together fail each', async () => {
    const { source, answerAll } = heldSource();
    const batched = batchingSource(source);
    const joined = ['1', '2', '3'].map((id) => batched.execute(entities([id])));
    await turn();
    answerAll(() => {
      throw new Error('away');
    });
    const told = await Promise.allSettled(joined);
    expect(told.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  });
});
