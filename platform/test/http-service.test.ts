import dns from 'node:dns';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { createHttpService, type HttpService } from '../http/http-service.ts';
import { createLog } from '../logging.ts';

const log = createLog('silent');
const anyPort = { host: '127.0.0.1', port: 0, portVariable: 'TEST_PORT' };
let ready = true;
const services: HttpService[] = [];

async function serve(
  prepare: (service: HttpService) => void = () => {},
  settings: { trustProxy?: boolean; drainTime?: number } = {},
) {
  const service = createHttpService({
    name: 'test-service',
    log,
    isReady: async () => ready,
    bodyLimit: 100,
    ...settings,
  });
  prepare(service);
  services.push(service);
  const port = await service.listen(anyPort);
  return { service, port, url: `http://127.0.0.1:${port}` };
}

async function connectedTo(service: HttpService, port: number) {
  const accepted = once(service.app.server, 'connection');
  const socket = connect(port, '127.0.0.1');
  await accepted;
  return socket;
}

afterEach(async () => {
  ready = true;
  for (const service of services.splice(0)) await service.close();
});

describe('a service over HTTP', () => {
  test('answers for its health', async () => {
    const { url } = await serve();
    const response = await fetch(`${url}/health`);
    expect(await response.json()).toEqual({ status: 'ok', service: 'test-service' });
  });

  test('is ready while what it needs is there, and not once it drains', async () => {
    const { url, service } = await serve();
    const status = async () => (await fetch(`${url}/ready`)).status;
    expect(await status()).toBe(200);
    ready = false;
    expect(await status()).toBe(503);
    ready = true;
    await service.drain();
    expect(await status()).toBe(503);
  });

  test('goes on serving for a while when it drains, and lets go of each connection', async () => {
    const { url, service } = await serve(() => {}, { drainTime: 100 });
    const connection = async () => (await fetch(`${url}/health`)).headers.get('connection');
    expect(await connection()).toBe('keep-alive');
    let isOver = false;
    const over = service.drain().then(() => {
      isOver = true;
    });
    expect(await connection()).toBe('close');
    expect(isOver).toBe(false);
    await over;
  });

  test('gives every request an id, its own unless a sound one came along', async () => {
    const { url } = await serve();
    const idFor = async (headers: Record<string, string>) =>
      (await fetch(`${url}/health`, { headers })).headers.get('x-request-id');
    expect(await idFor({})).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idFor({ 'x-request-id': 'proxy-1.2' })).toBe('proxy-1.2');
    expect(await idFor({ 'x-request-id': '<script>' })).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('answers errors as JSON and says nothing of what it did not expect', async () => {
    const { url } = await serve(({ app }) => {
      app.get('/broken', () => {
        throw new Error('secret of the house');
      });
      app.post('/echo', async (request) => request.body);
    });
    const broken = await fetch(`${url}/broken`);
    expect([broken.status, await broken.json()]).toEqual([
      500,
      { detail: 'Something went wrong on our side.' },
    ]);
    expect((await fetch(`${url}/nowhere`)).status).toBe(404);
    const post = (body: string) =>
      fetch(`${url}/echo`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    expect((await post('{"a":')).status).toBe(400);
    expect((await post(`"${'x'.repeat(200)}"`)).status).toBe(413);
  });

  test('lets a request in flight finish when it closes', async () => {
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { url, service } = await serve(({ app }) => {
      app.get('/slow', async () => {
        arrive();
        await released;
        return { done: true };
      });
    });
    const answer = fetch(`${url}/slow`);
    await arrived;
    const closed = service.close();
    release();
    expect(await (await answer).json()).toEqual({ done: true });
    expect((await answer).headers.get('connection')).toBe('close');
    const before = Date.now();
    await closed;
    // Its connection is kept alive by the client, for which the service must not wait.
    expect(Date.now() - before).toBeLessThan(2_000);
  });

  test('serves who has a connection already while it closes, and ends the connection with that', async () => {
    const { service, port } = await serve();
    const socket = await connectedTo(service, port);
    const closed = service.close();
    socket.write('GET /health HTTP/1.1\r\nhost: x\r\n\r\n');
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(String(answer)).toMatch(/\r\nconnection: close\r\n/i);
    await closed;
  });

  test('does not wait for ever for a request that never arrives', async () => {
    const { service, port } = await serve(({ app }) => app.post('/echo', async ({ body }) => body));
    const socket = await connectedTo(service, port);
    const asked = once(service.app.server, 'request');
    socket.write('POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n');
    socket.write('content-type: application/json\r\n\r\n{');
    await asked;
    const ended = once(socket.resume(), 'close');
    await service.close(200);
    await ended;
    expect(service.app.server.requestTimeout).toBe(600_000);
  });

  test('leaves less time for the last answers after a long drain, so that a stop ends in time', async () => {
    const { service, port } = await serve(({ app }) => app.get('/never', () => new Promise(() => {})), {
      drainTime: 17_900,
    });
    const socket = await connectedTo(service, port);
    const asked = once(service.app.server, 'request');
    socket.write('GET /never HTTP/1.1\r\nhost: x\r\n\r\n');
    await asked;
    const ended = once(socket.resume(), 'close');
    const before = Date.now();
    await service.close();
    await ended;
    expect(Date.now() - before).toBeLessThan(5_000);
  });

  test('is one server where localhost has two addresses', async () => {
    const twoAddresses = [
      { address: '127.0.0.1', family: 4 },
      { address: '127.0.0.2', family: 4 },
    ];
    const byName = dns.lookup;
    const lookup = jest.spyOn(dns, 'lookup').mockImplementation(((name: string, ...others: unknown[]) => {
      const answer = others.at(-1) as (error: null, addresses: object[]) => void;
      if (name === 'localhost') answer(null, twoAddresses);
      else Reflect.apply(byName, dns, [name, ...others]);
    }) as never);
    const service = createHttpService({ name: 'test-service', log, isReady: async () => true });
    services.push(service);
    await service.listen({ ...anyPort, host: 'localhost' });
    lookup.mockRestore();
    expect(service.app.addresses()).toMatchObject([{ address: '127.0.0.1' }]);
  });

  test('behind one proxy believes what that one adds, and not what a client wrote before it', async () => {
    const { url } = await serve(({ app }) => app.get('/address', async (request) => request.ip), {
      trustProxy: true,
    });
    const headers = { 'x-forwarded-for': '10.9.9.9, 203.0.113.7' };
    expect(await (await fetch(`${url}/address`, { headers })).text()).toBe('203.0.113.7');
    const { url: bare } = await serve(({ app }) => app.get('/address', async (request) => request.ip));
    expect(await (await fetch(`${bare}/address`, { headers })).text()).toBe('127.0.0.1');
  });

  test('says in one line that its port is taken', async () => {
    const { port } = await serve();
    const second = createHttpService({ name: 'second', log, isReady: async () => true });
    services.push(second);
    await expect(second.listen({ ...anyPort, port })).rejects.toThrow(
      `Port ${port} is taken; stop what listens there, or set TEST_PORT to another one.`,
    );
  });
});
