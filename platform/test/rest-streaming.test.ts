import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { HttpService } from '../http/http-service.ts';
import { jsonList, type PageVariables, pagesOf, sendList, sendPieces } from '../rest/streaming.ts';
import { restService } from './rest-service.ts';

const services: HttpService[] = [];
afterEach(async () => {
  for (const service of services.splice(0)) await service.close();
});

/** Serves `pages` at /list, and tells how many were made and whether their maker was left. */
async function listOf(pages: () => AsyncGenerator<readonly string[]>) {
  const made = { pages: 0 };
  const { promise: left, resolve: leave } = Promise.withResolvers<string>();
  async function* counted() {
    try {
      for await (const page of pages()) {
        made.pages += 1;
        yield page;
      }
    } finally {
      leave('left');
    }
  }
  const service = await restService({}, (app) => {
    app.get('/list', async (request, reply) => await sendList(request, reply, counted(), (item) => item));
    app.get('/text', async (request, reply) => {
      reply.type('text/csv; charset=utf-8');
      return await sendPieces(
        request,
        reply,
        jsonList(counted(), (item) => item, { before: '', after: '' }),
      );
    });
  });
  services.push(service);
  const port = await service.listen({ host: '127.0.0.1', port: 0, portVariable: 'TEST_PORT' });
  return { url: `http://127.0.0.1:${port}`, made, left };
}

const filler = 'x'.repeat(1_000);
async function* endless() {
  for (;;) yield Array.from({ length: 100 }, () => filler);
}

async function* some(...pages: (readonly string[] | Error)[]) {
  for (const page of pages) {
    if (page instanceof Error) throw page;
    yield page;
  }
}

describe('a list that is sent page by page', () => {
  test.each<[string, readonly (readonly string[])[], string[]]>([
    ['of nothing', [], []],
    ['of one empty page', [[]], []],
    ['of several pages', [['a', 'b'], [], ['c']], ['a', 'b', 'c']],
  ])('%s is whole', async (_name, pages, items) => {
    const { url } = await listOf(() => some(...pages));
    const response = await fetch(`${url}/list`);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toEqual(items);
  });

  test('is made no faster than it is read, and no longer once nobody reads', async () => {
    const { url, made, left } = await listOf(endless);
    const [response] = (await once(get(`${url}/list`), 'response')) as [IncomingMessage];
    await once(response, 'readable');
    const first = made.pages;
    await new Promise((done) => setTimeout(done, 100));
    const stalled = made.pages;
    // 100 kB a page: what the sockets of both ends hold, and no more.
    expect(stalled - first).toBeLessThan(200);
    response.destroy();
    expect(await left).toBe('left');
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });

  test('is made no further when its reader has gone before it began', async () => {
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    const { promise: gone, resolve: go } = Promise.withResolvers<void>();
    const { url, made, left } = await listOf(async function* () {
      ask();
      await gone;
      yield* endless();
    });
    const request = get(`${url}/list`).on('error', () => {});
    await asked;
    request.destroy();
    await new Promise((done) => setTimeout(done, 50));
    go();
    expect(await left).toBe('left');
    expect(made.pages).toBeLessThan(3);
  });

  test('is not made for HEAD', async () => {
    const { url, made, left } = await listOf(endless);
    const response = await fetch(`${url}/text`, { method: 'HEAD' });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    expect(await left).toBe('left');
    expect(made.pages).toBe(1);
  });

  test('that fails at once is a failure, and later is broken off', async () => {
    const early = await listOf(() => some(new Error('secret')));
    const failure = await fetch(`${early.url}/list`);
    expect([failure.status, await failure.json()]).toEqual([
      500,
      { detail: 'Something went wrong on our side.' },
    ]);
    const late = await listOf(() => some(['a'], new Error('secret')));
    const broken = await fetch(`${late.url}/list`);
    expect(broken.status).toBe(200);
    await expect(broken.text()).rejects.toThrow();
    expect((await fetch(`${late.url}/health`)).status).toBe(200);
  });
});

test('connections are read until their last page, each behind the cursor of the one before', async () => {
  const pages = [
    { edges: [{ node: 1 }, { node: 2 }], pageInfo: { hasNextPage: true, endCursor: 'b' } },
    { edges: [{ node: 3 }], pageInfo: { hasNextPage: false, endCursor: 'c' } },
  ];
  const asked: (string | null)[] = [];
  const read = async ({ after }: PageVariables) => {
    const page = pages[asked.push(after) - 1];
    if (!page) throw new Error('asked beyond the end');
    return page;
  };
  const got: unknown[] = [];
  for await (const page of pagesOf(read)) got.push(page);
  expect(got).toEqual([[1, 2], [3]]);
  expect(asked).toEqual([null, 'b']);
});
