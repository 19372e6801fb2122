import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { HttpService } from '../http/http-service.ts';
import { acceptUploads, uploadedChunks } from '../rest/uploads.ts';
import { restService } from './rest-service.ts';

const services: HttpService[] = [];
afterEach(async () => {
  for (const service of services.splice(0)) await service.close();
});

const limit = 100_000;

/** A route that takes uploads, and what became of the last one. */
async function serve({ patience = 60_000, signal = new AbortController().signal, linger = 5_000 } = {}) {
  const { promise: ended, resolve } = Promise.withResolvers<{ bytes: number; error?: unknown }>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const service = await restService({ bodyLimit: 1_024 }, (app) => {
    app.register(async (scope) => {
      acceptUploads(scope, { mediaType: 'text/csv', limit, linger });
      scope.post<{ Body: IncomingMessage }>('/upload', async (request) => {
        let bytes = 0;
        try {
          for await (const chunk of uploadedChunks(request.raw, { limit, patience, signal })) {
            bytes += chunk.length;
            begin();
          }
          resolve({ bytes });
          return { bytes };
        } catch (error) {
          resolve({ bytes, error });
          throw error;
        }
      });
      scope.post('/refused', async (_request, reply) => await reply.code(409).send({ detail: 'Not now.' }));
    });
    app.post('/json', async ({ body }) => body);
  });
  services.push(service);
  const port = await service.listen({ host: '127.0.0.1', port: 0, portVariable: 'TEST_PORT' });
  return { url: `http://127.0.0.1:${port}`, port, begun, ended };
}

async function post(
  url: string,
  body: string | ReadableStream | undefined,
  headers: Record<string, string> = {},
) {
  const type = { 'content-type': 'text/csv', ...headers };
  const duplex = 'half' as const;
  const init = { method: 'POST', headers: type, duplex, ...(body !== undefined && { body }) };
  const response = await fetch(url, init);
  return { status: response.status, body: await response.json() };
}

/** A body without a length. */
const streamed = (...pieces: string[]) => new Blob(pieces).stream();

/** A connection on which the test writes HTTP by itself. */
async function open(port: number, headers: string, body = ''): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`POST /upload HTTP/1.1\r\nHost: h\r\nContent-Type: text/csv\r\n${headers}\r\n\r\n${body}`);
  return socket;
}

async function answerOn(socket: Socket): Promise<string> {
  const [data] = await once(socket, 'data');
  return String(data);
}

describe('an upload', () => {
  test('is taken as it comes, longer than any other body, with a length or without', async () => {
    const { url } = await serve();
    const text = 'x'.repeat(limit);
    expect(await post(`${url}/upload`, text)).toEqual({ status: 200, body: { bytes: limit } });
    expect(await post(`${url}/upload`, streamed(text))).toEqual({ status: 200, body: { bytes: limit } });
    expect(await post(`${url}/upload`, '')).toEqual({ status: 200, body: { bytes: 0 } });
    expect(await post(`${url}/upload`, undefined)).toEqual({ status: 200, body: { bytes: 0 } });
  });

  test('leaves the limit and form of other routes as they are', async () => {
    const { url } = await serve();
    const json = { 'content-type': 'application/json' };
    expect(await post(`${url}/json`, '{"a":1}', json)).toEqual({ status: 200, body: { a: 1 } });
    expect((await post(`${url}/json`, `"${'x'.repeat(2_000)}"`, json)).status).toBe(413);
    expect((await post(`${url}/json`, 'a,b')).status).toBe(415);
  });

  test.each([
    'text/csv',
    'TEXT/CSV; charset=UTF-8',
    'text/csv;charset="utf-8"',
    'text/csv; header=present; charset=utf8',
  ])('is taken as %s', async (type) => {
    const { url } = await serve();
    expect((await post(`${url}/upload`, 'a', { 'content-type': type })).status).toBe(200);
  });

  test.each([
    'application/json',
    'text/plain',
    'text/csv; charset=iso-8859-1',
    'text/csvx',
    'csv',
    '',
    'multipart/form-data',
  ])('is refused as %j', async (type) => {
    const { url } = await serve();
    expect(await post(`${url}/upload`, 'a', { 'content-type': type })).toEqual({
      status: 415,
      body: { detail: 'Send the file as it is, in UTF-8, with Content-Type: text/csv.' },
    });
  });

  test('is refused compressed', async () => {
    const { url } = await serve();
    expect(await post(`${url}/upload`, 'a', { 'content-encoding': 'gzip' })).toEqual({
      status: 415,
      body: { detail: 'Send the file as it is, not compressed.' },
    });
  });

  test('that says it is too long is refused before it is read', async () => {
    const { url, port } = await serve();
    expect(await post(`${url}/upload`, 'x'.repeat(limit + 1))).toEqual({
      status: 413,
      body: { detail: `The file has more than ${limit} bytes.` },
    });
    const socket = await open(port, `Content-Length: ${limit + 1}`);
    expect(await answerOn(socket)).toMatch(/^HTTP\/1.1 413 /);
    socket.destroy();
  });

  test('that turns out to be too long is refused as soon as it is', async () => {
    const { url, ended } = await serve();
    expect(await post(`${url}/upload`, streamed('x'.repeat(limit), 'y'))).toMatchObject({ status: 413 });
    expect((await ended).error).toMatchObject({ statusCode: 413 });
  });

  test('of which nothing comes any more is given up', async () => {
    const { port, ended } = await serve({ patience: 50 });
    const socket = await open(port, 'Content-Length: 10', 'abc');
    expect(await answerOn(socket)).toMatch(/^HTTP\/1.1 408 [\s\S]*Nothing came for 0.05 seconds/);
    expect(await ended).toMatchObject({ bytes: 3, error: { statusCode: 408 } });
    socket.destroy();
  });

  test('whose sender is gone ends at once', async () => {
    const { port, begun, ended } = await serve();
    const socket = await open(port, 'Content-Length: 10', 'abc');
    await begun;
    socket.destroy();
    expect(await ended).toMatchObject({
      bytes: 3,
      error: { message: 'The connection broke before the file ended.' },
    });
  });

  test('is ended by its signal while nothing comes, with the reason for an answer', async () => {
    const controller = new AbortController();
    const { port, begun, ended } = await serve({ signal: controller.signal });
    const socket = await open(port, 'Content-Length: 10', 'abc');
    await begun;
    const answer = answerOn(socket);
    controller.abort(Object.assign(new Error('Stopped.'), { statusCode: 409 }));
    expect(await answer).toMatch(/^HTTP\/1.1 409 /);
    expect((await ended).error).toMatchObject({ message: 'Stopped.' });
    socket.destroy();
  });

  test('that is refused on its way is read on for a moment, so that its sender hears why', async () => {
    const { url } = await serve();
    const long = streamed(...Array.from({ length: 200 }, () => 'x'.repeat(10_000)));
    expect(await post(`${url}/refused`, long)).toEqual({ status: 409, body: { detail: 'Not now.' } });
  });

  test('that is refused and goes on for ever is cut off', async () => {
    const { port } = await serve({ linger: 100 });
    const socket = await open(port, 'Transfer-Encoding: chunked\r\nContent-Encoding: gzip');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    expect(await answerOn(socket)).toMatch(/^HTTP\/1.1 415 /);
    const writing = setInterval(() => socket.write('1\r\nx\r\n'), 10);
    await closed;
    clearInterval(writing);
  });
});
