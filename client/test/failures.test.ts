import { afterEach, describe, expect, test } from '@jest/globals';
import { createClient } from '../client.ts';
import { CreateEventDocument, EventDocument, EventSummaryDocument } from '../generated/documents.ts';
import { TixGoError } from '../tixgo-error.ts';
import { type AnsweringServer, answerJson, startAnsweringServer } from './answering-server.ts';

type Answer = Parameters<typeof startAnsweringServer>[0];

let server: AnsweringServer | undefined;

async function clientOf(answer: Answer, timeout = 5000) {
  server = await startAnsweringServer(answer);
  return createClient({ url: server.url, timeout });
}

async function failureOf(asking: Promise<unknown>): Promise<TixGoError> {
  const outcome = await asking.catch((error: unknown) => error);
  if (!(outcome instanceof TixGoError)) throw new Error(`Expected a TixGoError, got ${String(outcome)}`);
  return outcome;
}

const refusal = (extensions: object, message = 'No.') => ({ errors: [{ message, extensions }] });

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

describe('An error that the server tells', () => {
  test('has its code, field, path, request id and status', async () => {
    const error = { message: 'Must not be empty.', path: ['createEvent'], locations: [] };
    const tixgo = await clientOf(
      answerJson(
        { data: null, errors: [{ ...error, extensions: { code: 'BAD_USER_INPUT', field: 'venue.name' } }] },
        200,
        { 'x-request-id': 'r-1' },
      ),
    );
    const input = { name: '', startsAt: '', endsAt: '', timezone: '' };

    const failure = await failureOf(tixgo.request(CreateEventDocument, { input }));

    expect(failure).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'Must not be empty.',
      field: 'venue.name',
      path: ['createEvent'],
      requestId: 'r-1',
      status: 200,
      others: [],
    });
  });

  test('has the coordinate that was refused, also at HTTP 403', async () => {
    const coordinate = 'Mutation.createEvent';
    const tixgo = await clientOf(answerJson(refusal({ code: 'FORBIDDEN', coordinate }), 403));

    const failure = await failureOf(tixgo.request(EventDocument, { id: 'evt1' }));

    expect(failure).toMatchObject({ code: 'FORBIDDEN', coordinate, path: [], status: 403 });
  });

  test('has the seconds to wait, and the request id that the error itself names', async () => {
    const extensions = { code: 'RATE_LIMITED', retryAfterSeconds: 7, requestId: 'r-2' };
    const tixgo = await clientOf(answerJson(refusal(extensions), 200, { 'x-request-id': 'r-1' }));

    const failure = await failureOf(tixgo.request(EventDocument, { id: 'evt1' }));

    expect(failure).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 7, requestId: 'r-2' });
  });

  test('is UNKNOWN_ERROR when this client does not know its code', async () => {
    const tixgo = await clientOf(answerJson(refusal({ code: 'SOLD_TO_THE_MOON' }, 'Gone.')));

    const failure = await failureOf(tixgo.request(EventDocument, { id: 'evt1' }));

    expect(failure).toMatchObject({
      code: 'UNKNOWN_ERROR',
      message: 'Gone.',
      extensions: { code: 'SOLD_TO_THE_MOON' },
    });
  });
});

describe('An answer that is partly null', () => {
  const partial = {
    data: { event: { id: 'evt1', name: 'Opening', status: 'PUBLISHED', summary: null } },
    errors: [
      { message: 'Down.', path: ['event', 'summary'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } },
      { message: 'Odd.', extensions: { code: 'INTERNAL_SERVER_ERROR' } },
    ],
  };

  test('is thrown by request, with its further errors', async () => {
    const tixgo = await clientOf(answerJson(partial));

    const failure = await failureOf(tixgo.request(EventSummaryDocument, { id: 'evt1' }));

    expect(failure).toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE', path: ['event', 'summary'] });
    expect(failure.others.map(({ code }) => code)).toEqual(['INTERNAL_SERVER_ERROR']);
  });

  test('is returned by requestPartial, with all its errors', async () => {
    const tixgo = await clientOf(answerJson(partial));

    const { data, errors } = await tixgo.requestPartial(EventSummaryDocument, { id: 'evt1' });

    expect(data?.event).toMatchObject({ name: 'Opening', summary: null });
    expect(errors.map(({ code }) => code)).toEqual(['SUBGRAPH_UNAVAILABLE', 'INTERNAL_SERVER_ERROR']);
  });
});

describe('Without a GraphQL answer', () => {
  test.each([
    ['a page of a proxy', '<html>Bad gateway</html>', 'answered 502, which is not a GraphQL answer'],
    ['JSON of another kind', '{"status":"ok"}', 'answered 502, which is not a GraphQL answer'],
    ['neither data nor errors', '{"data":null}', 'answered 502, which is not a GraphQL answer'],
    ['what REST says in words', '{"detail":"Request body is too large"}', '502: Request body is too large'],
  ])('%s is a NETWORK_ERROR', async (_what, body, message) => {
    const tixgo = await clientOf((response) => response.writeHead(502, { 'x-request-id': 'r-9' }).end(body));

    const failure = await failureOf(tixgo.request(EventDocument, { id: 'evt1' }));

    expect(failure).toMatchObject({ code: 'NETWORK_ERROR', status: 502, requestId: 'r-9' });
    expect(failure.message).toContain(message);
  });

  test('a server that is not there is a NETWORK_ERROR with its cause, also for requestPartial', async () => {
    const tixgo = await clientOf(answerJson({ data: {} }));
    await server?.stop();
    server = undefined;

    const failure = await failureOf(tixgo.requestPartial(EventDocument, { id: 'evt1' }));

    expect(failure).toMatchObject({ code: 'NETWORK_ERROR', status: undefined, requestId: undefined });
    expect(failure.cause).toMatchObject({ message: 'fetch failed' });
  });

  test('a connection that breaks inside the answer is a NETWORK_ERROR', async () => {
    const tixgo = await clientOf((response) => {
      response.writeHead(200, { 'content-length': 100 }).write('{"data":', () => response.destroy());
    });

    const failure = await failureOf(tixgo.request(EventDocument, { id: 'evt1' }));

    expect(failure.code).toBe('NETWORK_ERROR');
  });

  test.each([
    ['never answers', () => undefined],
    ['stops inside the answer', (response) => response.writeHead(200).write('{"data":')],
  ] satisfies [string, Answer][])('a server that %s is given up at the timeout', async (_what, answer) => {
    const tixgo = await clientOf(answer, 100);

    const failure = await failureOf(tixgo.request(EventDocument, { id: 'evt1' }));

    expect(failure.code).toBe('NETWORK_ERROR');
    expect(failure.message).toContain('no whole answer within 100 ms');
  });

  test('a caller who gives up meets the own reason', async () => {
    const tixgo = await clientOf(() => controller.abort(new Error('left the page')));
    const controller = new AbortController();

    const asking = tixgo.request(EventDocument, { id: 'evt1' }, { signal: controller.signal });

    await expect(asking).rejects.toThrow('left the page');
  });
});
