import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { type HttpAnswer, KeptConnection } from '../load/kept-connection.ts';

const request = 'POST /graphql HTTP/1.1\r\nhost: here\r\ncontent-length: 2\r\n\r\n{}';
const text = JSON.stringify({ data: { name: 'Kraków', long: 'x'.repeat(200_000) } });

let resources = new AsyncDisposableStack();
afterEach(async () => {
  await resources.disposeAsync();
  resources = new AsyncDisposableStack();
});

/** Asks so often over one connection. */
async function ask(listener: RequestListener, times: number): Promise<HttpAnswer[]> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  resources.defer(() => void server.close());
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const answers: HttpAnswer[] = [];
  await new Promise<void>((resolve, reject) => {
    const connection = new KeptConnection(
      address.port,
      (answer) => {
        answers.push(answer);
        if (answers.length === times) resolve();
        else connection.send(request);
      },
      reject,
    );
    resources.defer(() => connection.close());
    connection.send(request);
  });
  return answers;
}

test('answers of a known length are read whole, one after the other', async () => {
  const answers = await ask((_request, response) => {
    response.writeHead(200, { 'content-length': Buffer.byteLength(text) }).end(text);
  }, 3);
  expect(answers.map(({ status, body }) => [status, body.toString()])).toEqual(Array(3).fill([200, text]));
});

test('answers in chunks, which may come apart anywhere, are read whole', async () => {
  const bytes = Buffer.from(text);
  const answers = await ask((_request, response) => {
    response.writeHead(503);
    for (let at = 0; at < bytes.length; at += 7_001) response.write(bytes.subarray(at, at + 7_001));
    response.end();
  }, 3);
  expect(answers.map(({ status, body }) => [status, body.toString()])).toEqual(Array(3).fill([503, text]));
});

test('a connection that ends before its answer is told of', async () => {
  const asking = ask((_request, response) => response.destroy(), 1);
  await expect(asking).rejects.toThrow(/closed a connection|reset/);
});
