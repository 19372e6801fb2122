import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EventSystem } from './event-system.ts';

interface Sortable {
  readonly id: string;
  readonly startsAt: string;
  readonly createdAt: string;
}

const count = 60;
let system: EventSystem;
const events: Sortable[] = [];

/** Few times among many events, and ids whose order is not that of creation. */
beforeAll(async () => {
  system = await EventSystem.start();
  for (let index = 0; index < count; index += 1) {
    if (index % 13 === 0) system.pass(1);
    const id = `${(index * 37) % count}-${index}`;
    const startsAt = `2026-07-01T18:00:00.00${index % 4}Z`;
    events.push(await system.create({ id, startsAt, endsAt: '2026-07-02T00:00:00.000Z' }));
  }
  // What the planner knows to be small it sorts, instead of reading an index that happens to be in order.
  await system.database.pool.query('analyze event.event');
});
afterAll(async () => {
  await system.stop();
});

const compare = (a: string, b: string) => Number(a > b) - Number(a < b);
const ascending = (time: 'startsAt' | 'createdAt') => (a: Sortable, b: Sortable) =>
  compare(a[time], b[time]) || compare(a.id, b.id);
const sorted = (time: 'startsAt' | 'createdAt') => events.toSorted(ascending(time)).map(({ id }) => id);

const lists = {
  STARTS_AT_ASC: () => sorted('startsAt'),
  STARTS_AT_DESC: () => sorted('startsAt').reverse(),
  CREATED_AT_DESC: () => sorted('createdAt').reverse(),
  myEvents: () => sorted('createdAt').reverse(),
} as const;
type List = keyof typeof lists;

const page = async (list: List, first: number, after: string | null) =>
  list === 'myEvents'
    ? await system.ask('myEvents', { first, after })
    : await system.ask('events', { orderBy: list, first, after });

/** All that a client reads who follows the cursors to the end. */
async function readThrough(list: List, sizes: readonly number[]): Promise<string[]> {
  const read: string[] = [];
  let after: string | null = null;
  for (let turn = 0; ; turn += 1) {
    const first = sizes[turn % sizes.length] ?? 1;
    const { edges, pageInfo } = await page(list, first, after);
    expect(edges).toHaveLength(Math.min(first, count - read.length));
    expect(pageInfo.endCursor).toBe(edges.at(-1).cursor);
    read.push(...edges.map(({ node }: { node: Sortable }) => node.id));
    expect(pageInfo.hasNextPage).toBe(read.length < count);
    if (!pageInfo.hasNextPage) return read;
    after = pageInfo.endCursor;
  }
}

describe('a client who pages on, in pages of whatever size, reads each event once', () => {
  test.each(Object.keys(lists) as List[])('in %s', async (list) => {
    const sizes = fc.array(fc.integer({ min: 1, max: count + 5 }), { minLength: 1, maxLength: 5 });
    const property = fc.asyncProperty(sizes, async (each) => {
      expect(await readThrough(list, each)).toEqual(lists[list]());
    });
    await fc.assert(property, { numRuns: 12, examples: [[[1]], [[count]], [[7]], [[100]]] });
  });
});

describe('a page', () => {
  test('begins behind any edge’s cursor, not only the last one’s', async () => {
    const { edges } = await page('STARTS_AT_ASC', 100, null);
    for (const index of [0, 14, 15, 30, count - 2]) {
      const [next] = (await page('STARTS_AT_ASC', 1, edges[index].cursor)).edges;
      expect(next).toEqual(edges[index + 1]);
    }
  });

  test('behind the last event is empty', async () => {
    const { pageInfo } = await page('STARTS_AT_DESC', 100, null);
    expect(await page('STARTS_AT_DESC', 100, pageInfo.endCursor)).toEqual({
      edges: [],
      pageInfo: { hasNextPage: false, endCursor: null },
    });
  });

  test('has 20 events unless told otherwise', async () => {
    expect(await system.listed('events')).toHaveLength(20);
    expect(await system.listed('events', { first: null })).toHaveLength(20);
    expect(await system.listed('myEvents')).toHaveLength(20);
  });

  test('goes on behind an event that was deleted meanwhile', async () => {
    const { id } = await system.create({
      id: 'last',
      startsAt: '2026-08-01T00:00:00Z',
      endsAt: '2026-08-02T00:00:00Z',
    });
    const { edges } = await page('STARTS_AT_DESC', 2, null);
    expect(edges[0].node.id).toBe(id);
    await system.ask('deleteEvent', { id });
    expect((await page('STARTS_AT_DESC', 1, edges[0].cursor)).edges).toEqual([edges[1]]);
  });
});
