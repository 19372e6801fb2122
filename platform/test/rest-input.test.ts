import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { HttpService } from '../http/http-service.ts';
import { restService } from './rest-service.ts';

const schema = {
  body: {
    type: 'object',
    required: ['name'],
    additionalProperties: false,
    properties: {
      name: { type: 'string' },
      seats: { type: 'integer', minimum: 1 },
      kind: { enum: ['OPEN', 'TICKETED'] },
      venue: {
        type: ['object', 'null'],
        additionalProperties: false,
        properties: { city: { type: 'string' } },
      },
    },
  },
};

let service: HttpService;
let port: number;
beforeAll(async () => {
  service = await restService({ bodyLimit: 1_000 }, (app) => {
    app.post('/things', { schema }, async (request) => request.body);
    app.get('/things/:id', async (request) => request.params);
    app.delete('/things/:id', async (_request, reply) => await reply.code(204).send());
    app.post('/anything', async (request) => request.body);
    app.post('/broken-elsewhere', async () => {
      throw Object.assign(new Error('select * from secrets'), { statusCode: 503 });
    });
    app.post('/broken', async () => {
      throw new Error('select * from secrets');
    });
  });
  port = await service.listen({ host: '127.0.0.1', port: 0, portVariable: 'TEST_PORT' });
});
afterAll(() => service.close());

async function send(payload: string, headers: Record<string, string> = {}, url = '/things') {
  const { statusCode, body } = await service.app.inject({
    method: 'POST',
    url,
    payload,
    headers: { 'content-type': 'application/json', ...headers },
  });
  return [statusCode, JSON.parse(body)];
}

const refused = (status: number, detail: string) => [status, { detail }];

describe('a body', () => {
  test('that fits is taken as it is', async () => {
    expect(await send('{"name":"A","seats":2}')).toEqual([200, { name: 'A', seats: 2 }]);
    const withCharset = { 'content-type': 'application/json; charset=utf-8' };
    expect(await send('{"name":"é"}', withCharset)).toEqual([200, { name: 'é' }]);
  });

  test.each(['{"name":', '{name: 1}', 'name=A', '[1,', '\u0000', '{"name":"A"}}'])(
    'that is no JSON is refused: %j',
    async (body) => {
      expect(await send(body)).toEqual(refused(400, 'The body is not valid JSON.'));
    },
  );

  test.each(['{"__proto__":{"name":"A"}}', '{"name":"A","constructor":{"prototype":{"x":1}}}'])(
    'cannot reach the prototypes of the server: %s',
    async (body) => {
      const detail = 'The body must not have fields named __proto__, or a constructor with a prototype.';
      expect(await send(body, {}, '/anything')).toEqual(refused(400, detail));
      expect(Reflect.get({}, 'x')).toBeUndefined();
    },
  );

  test.each([
    ['lists', `{"name":${'['.repeat(400)}${']'.repeat(400)}}`, 'name: must be string.'],
    [
      'objects',
      `{"name":"A","venue":${'{"city":'.repeat(100)}1${'}'.repeat(100)}}`,
      'venue.city: must be string.',
    ],
  ])('that nests %s deeply is refused by the name of its field', async (_what, body, detail) => {
    expect(await send(body)).toEqual(refused(400, detail));
  });

  test.each([
    ['{}', 'name: is missing.'],
    ['', 'The body must be object.'],
    ['[]', 'The body must be object.'],
    ['null', 'The body must be object.'],
    ['{"name":1}', 'name: must be string.'],
    ['{"name":"A","seats":"2"}', 'seats: must be integer.'],
    ['{"name":"A","seats":0}', 'seats: must be >= 1.'],
    ['{"name":"A","kind":"CLOSED"}', 'kind: must be one of OPEN, TICKETED.'],
    ['{"name":"A","venue":[]}', 'venue: must be object or null.'],
    ['{"name":"A","venue":{"city":null}}', 'venue.city: must be string.'],
    ['{"name":"A","colour":"red"}', 'colour: is not known here.'],
    ['{"name":"A","venue":{"town":"x"}}', 'venue.town: is not known here.'],
  ])('that does not fit is refused by the name of its field: %s', async (body, detail) => {
    expect(await send(body)).toEqual(refused(400, detail));
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/xml',
    'nonsense',
  ])('of the type %s is refused as such', async (type) => {
    const answer = await send('{"name":"A"}', { 'content-type': type });
    const detail = 'Send the body as JSON, with Content-Type: application/json.';
    expect(answer).toEqual(refused(415, detail));
  });

  test('that is larger than is taken is refused before it is read', async () => {
    const body = JSON.stringify({ name: 'x'.repeat(2_000) });
    expect(await send(body)).toEqual(refused(413, 'The body is too large.'));
  });

  test('that is announced as JSON and empty is none', async () => {
    const { statusCode } = await service.app.inject({
      method: 'DELETE',
      url: '/things/1',
      headers: { 'content-type': 'application/json' },
    });
    expect(statusCode).toBe(204);
  });

  test('is nothing that an unexpected failure tells of', async () => {
    for (const url of ['/broken', '/broken-elsewhere']) {
      expect(await send('{}', {}, url)).toEqual(refused(500, 'Something went wrong on our side.'));
    }
  });
});

describe('an address', () => {
  test('keeps slashes, percent signs and letters of any alphabet in an id', async () => {
    for (const id of ['a/b', '100%', 'ключ', 'a b', "'; drop table--"]) {
      const { statusCode, body } = await service.app.inject({ url: `/things/${encodeURIComponent(id)}` });
      expect([statusCode, JSON.parse(body)]).toEqual([200, { id }]);
    }
  });

  test.each(['/things/%', '/things/%zz', '/things/%ff%fe', '/%'])(
    'that is malformed is refused: %s',
    async (url) => {
      const response = await raw(`GET ${url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      expect(response).toMatch(/^HTTP\/1.1 400 /);
      expect(response).toContain('{"detail":"The address is not well formed."}');
    },
  );

  test.each(['/', '/things/1/2', '/Things/1', '/things/1/', `/things/${'x'.repeat(500)}`, '//things/1'])(
    'that leads nowhere is told as such: %s',
    async (url) => {
      const { statusCode, body } = await service.app.inject({ url });
      expect([statusCode, JSON.parse(body)]).toEqual([404, { detail: 'There is nothing here.' }]);
    },
  );
});

describe('a method', () => {
  test.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'])(
    'that an address does not have is told as such, with those it has: %s',
    async (method) => {
      const response = await raw(`${method} /things HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      expect(response).toMatch(/^HTTP\/1.1 405 /);
      expect(response).toMatch(/^allow: POST\r$/im);
      expect(response.endsWith(`{"detail":"There is no ${method} here, only POST."}`)).toBe(true);
    },
  );

  test('that one route has and another has not is counted over both, HEAD with GET', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'OPTIONS'] as const) {
      const { statusCode, headers } = await service.app.inject({ method, url: '/things/a%2Fb' });
      expect([statusCode, headers.allow]).toEqual([405, 'DELETE, GET, HEAD']);
    }
    const { statusCode, headers } = await service.app.inject({ method: 'HEAD', url: '/anything' });
    expect([statusCode, headers.allow]).toEqual([405, 'POST']);
  });

  test('that an address does not have is refused before its body is read', async () => {
    for (const [type, payload] of [
      ['application/json', '{"name":'],
      ['text/xml', '<name/>'],
      ['application/json', 'x'.repeat(2_000)],
    ] as const) {
      const request = { method: 'PUT', url: '/things', headers: { 'content-type': type }, payload } as const;
      expect((await service.app.inject(request)).statusCode).toBe(405);
    }
  });

  test('is what it is anywhere else: no address, or none of REST', async () => {
    for (const [method, url] of [
      ['PUT', '/nowhere'],
      ['DELETE', '/health'],
    ] as const) {
      const { statusCode, headers } = await service.app.inject({ method, url });
      expect([statusCode, headers.allow]).toEqual([404, undefined]);
    }
  });

  test('that few know is answered in the same form', async () => {
    const response = await raw('PROPFIND /things HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(response).toMatch(/^HTTP\/1.1 404 [\s\S]*\{"detail":"There is nothing here."\}$/);
  });

  test('HEAD answers as GET without its body', async () => {
    const { statusCode, body, headers } = await service.app.inject({ method: 'HEAD', url: '/things/1' });
    expect([statusCode, body, headers['content-length']]).toEqual([200, '', '10']);
  });

  test('that no HTTP knows, and what is no HTTP at all, is answered in the same form', async () => {
    const broken = /^HTTP\/1.1 400 [\s\S]*\r\n\r\n\{"detail":"This is no HTTP request."\}$/;
    expect(await raw('BREW /things HTTP/1.1\r\nHost: x\r\n\r\n')).toMatch(broken);
    expect(await raw('\u0016\u0003\u0001 nonsense\r\n\r\n')).toMatch(broken);
    const long = `GET /things/1 HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`;
    expect(await raw(long)).toMatch(/^HTTP\/1.1 431 [\s\S]*\{"detail":"The headers are too large."\}$/);
  });
});

/** What comes back for bytes as they are, until the server closes. */
function raw(bytes: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let answer = '';
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });
  socket.once('close', () => resolve(answer)).once('error', reject);
  return promise;
}
