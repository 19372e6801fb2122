import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A list that is read page by page as the client takes it, so that its length costs no memory. */
export type Pages<Item> = AsyncIterable<readonly Item[]>;

/** A page as GraphQL connections answer it. */
export interface ConnectionPage<Item> {
  readonly edges: readonly { readonly node: Item }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null };
}

/** What a connection is asked for. */
export interface PageVariables {
  readonly first: number;
  readonly after: string | null;
}

/** As many as a connection gives at once. */
const pageSize = 100;

/** @param read answers the page behind the cursor, the first one for null */
export async function* pagesOf<Item>(
  read: (page: PageVariables) => Promise<ConnectionPage<Item>>,
): AsyncGenerator<readonly Item[]> {
  let after: string | null = null;
  for (;;) {
    const { edges, pageInfo }: ConnectionPage<Item> = await read({ first: pageSize, after });
    yield edges.map(({ node }) => node);
    if (!pageInfo.hasNextPage) return;
    after = pageInfo.endCursor ?? null;
  }
}

/**
 * Answers with text in pieces. The first one is made before the answer begins, so that a failure until then has a status
 * of its own; a later one breaks the connection off, which is all that HTTP leaves. HEAD makes no more than that one.
 */
export async function sendPieces(
  request: FastifyRequest,
  reply: FastifyReply,
  pieces: AsyncIterable<string>,
): Promise<FastifyReply> {
  const iterator = pieces[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (request.method === 'HEAD' || reply.raw.destroyed) {
    await iterator.return?.();
    return reply.send(Readable.from([]));
  }
  return reply.send(Readable.from(restOf(first, iterator), { objectMode: false }));
}

/** `sendPieces` of a JSON list. */
export async function sendList<Item>(
  request: FastifyRequest,
  reply: FastifyReply,
  ...list: Parameters<typeof jsonList<Item>>
): Promise<FastifyReply> {
  reply.type('application/json; charset=utf-8');
  return await sendPieces(request, reply, jsonList(...list));
}

async function* restOf(
  first: IteratorResult<string>,
  iterator: AsyncIterator<string>,
): AsyncGenerator<Buffer> {
  try {
    for (let next = first; !next.done; next = await iterator.next()) yield Buffer.from(next.value);
  } finally {
    await iterator.return?.();
  }
}

/** A JSON list, or with `around` an object whose last field it is. */
export async function* jsonList<Item>(
  pages: Pages<Item>,
  item: (item: Item) => unknown,
  around: { readonly before: string; readonly after: string } = { before: '[', after: ']' },
): AsyncGenerator<string> {
  let text = around.before;
  let isFirst = true;
  for await (const page of pages) {
    for (const each of page) {
      text += `${isFirst ? '' : ','}${JSON.stringify(item(each))}`;
      isFirst = false;
    }
    if (text !== '') yield text;
    text = '';
  }
  yield text + around.after;
}
