import { afterEach, describe, expect, test } from '@jest/globals';
import { createClient, type TixGoClient } from '../client.ts';
import { EventDocument, LogoutDocument, MeDocument } from '../generated/documents.ts';
import { type AnsweringServer, answerJson, startAnsweringServer } from './answering-server.ts';

let server: AnsweringServer | undefined;

async function clientOf(answer: unknown): Promise<{ tixgo: TixGoClient; server: AnsweringServer }> {
  server = await startAnsweringServer(answerJson(answer));
  return { tixgo: createClient({ url: server.url }), server };
}

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

describe('A request', () => {
  test('posts the document with its variables and returns what was answered', async () => {
    const { tixgo, server } = await clientOf({ data: { event: { id: 'evt1', name: 'Opening' } } });

    const { event } = await tixgo.request(EventDocument, { id: 'evt1' });

    expect(event?.name).toBe('Opening');
    const [request] = server.received;
    expect(request?.method).toBe('POST');
    expect(request?.headers['content-type']).toBe('application/json');
    expect(request?.body).toEqual({ query: EventDocument.toString(), variables: { id: 'evt1' } });
  });

  test('carries the fragments that the document spreads', () => {
    expect(MeDocument.toString()).toMatch(/query Me \{[\s\S]*fragment Account on User/);
  });

  test('is anonymous until there is a token, and again without it', async () => {
    const { tixgo, server } = await clientOf({ data: { me: null } });
    const signedIn = tixgo.withToken('a.b.c');

    await tixgo.request(MeDocument);
    await signedIn.request(MeDocument);
    await tixgo.request(MeDocument);
    await signedIn.withToken(undefined).request(MeDocument);

    const sent = server.received.map(({ headers }) => headers.authorization);
    expect(sent).toEqual([undefined, 'Bearer a.b.c', undefined, undefined]);
  });

  test('sends the headers of the client, and not instead of its token', async () => {
    const { server } = await clientOf({ data: { logout: true } });
    const headers = { 'x-request-id': 'gate-7', authorization: 'Bearer old' };

    await createClient({ url: server.url, token: 'new', headers }).request(LogoutDocument);

    expect(server.received[0]?.headers).toMatchObject({
      'x-request-id': 'gate-7',
      authorization: 'Bearer new',
    });
  });

  test('goes through the fetch that was given', async () => {
    const asked: string[] = [];
    const fetch: typeof globalThis.fetch = async (url) => {
      asked.push(String(url));
      return Response.json({ data: { me: null } });
    };

    await createClient({ url: '/graphql', fetch }).request(MeDocument);

    expect(asked).toEqual(['/graphql']);
  });

  test('takes a plain string, which knows no types', async () => {
    const { tixgo } = await clientOf({ data: { __typename: 'Query' } });

    expect(await tixgo.request('{ __typename }')).toEqual({ __typename: 'Query' });
  });

  test('sees in the types which variables a document takes', () => {
    const tixgo = createClient({ url: '/graphql' });
    const mistakes = [
      // @ts-expect-error The event's id is missing.
      () => tixgo.request(EventDocument),
      // @ts-expect-error An id is text.
      () => tixgo.request(EventDocument, { id: 1 }),
      // @ts-expect-error No such field was asked for.
      async () => (await tixgo.request(MeDocument)).you,
    ];
    expect(mistakes).toHaveLength(3);
  });
});
