import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fastify from 'fastify';
import { registerExplorer } from '../explorer.ts';
import { type GraphqlServer, startGraphqlServer } from './graphql-server.ts';

const browserAccept = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';

let server: GraphqlServer;

beforeAll(async () => {
  server = await startGraphqlServer();
});
afterAll(async () => {
  await server.app.close();
});

function get(path: string, headers: Record<string, string>): Promise<Response> {
  return fetch(server.url + path, { headers: { 'apollo-require-preflight': 'true', ...headers } });
}

describe('GET /graphql', () => {
  test('a browser gets the page, which no cache may keep or hand to another kind of client', async () => {
    const response = await get('/graphql', { accept: browserAccept });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('vary')).toBe('accept');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toContain('<title>Apollo Sandbox · TixGo</title>');
  });

  test.each([
    'application/json',
    'application/graphql-response+json, application/json;q=0.9',
    'application/json, text/html',
    'text/html;q=0.4, application/json',
    'text/html;q=0, */*',
    '*/*',
  ])('a client that accepts %s meets GraphQL, never HTML', async (accept) => {
    const asking = await get('/graphql?query={doors}', { accept });
    expect(await asking.json()).toEqual({ data: { doors: 'Doors open at eight' } });
    const idle = await get('/graphql', { accept });
    expect(idle.status).toBe(400);
    expect(await idle.text()).not.toMatch(/<html/i);
  });

  test('a browser that opens the address of an operation gets its answer', async () => {
    const response = await get('/graphql?query={doors}', { accept: browserAccept });
    expect(await response.json()).toEqual({ data: { doors: 'Doors open at eight' } });
    const persisted = await get('/graphql?extensions={}', { accept: browserAccept });
    expect(await persisted.text()).not.toMatch(/<html/i);
  });

  test('POST is GraphQL whatever it accepts', async () => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { accept: browserAccept, 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ doors }' }),
    });
    expect(await response.json()).toEqual({ data: { doors: 'Doors open at eight' } });
  });

  test('with the explorers off there is neither page', async () => {
    const { app, url } = await startGraphqlServer({ explorer: false });
    const landing = await fetch(`${url}/graphql`, { headers: { accept: browserAccept } });
    expect(await landing.text()).not.toContain('Offline explorer');
    expect((await fetch(`${url}/explorer`)).status).toBe(404);
    await app.close();
  });
});

describe('what the pages may do', () => {
  test.each(['/graphql', '/explorer'])(
    '%s runs no script but its own, by a nonce for each visit',
    async (path) => {
      const [one, another] = await Promise.all([policyOf(path), policyOf(path)]);
      expect(one.get('default-src')).toBe("'none'");
      expect(one.get('script-src')).toMatch(/^'nonce-[\w+/=]{24}'( https:\S+\.min\.js)?$/);
      expect(one.get('script-src')).not.toBe(another.get('script-src'));
      expect(one.get('frame-ancestors')).toBe("'none'");
      expect(one.get('form-action')).toBe("'none'");
    },
  );

  test('a first query that looks like markup stays text', async () => {
    const app = fastify();
    const firstQuery = '# </script><script>alert(1)</script><!--\n{ doors }';
    await registerExplorer(app, { graphqlPath: '/graphql', streamPath: '/graphql/stream', firstQuery });
    const { body } = await app.inject({ url: '/explorer' });
    expect(body).not.toContain('<script>alert');
    const settings = /id="explorer-settings">(.*)<\/script>/.exec(body)?.[1] ?? '';
    expect(JSON.parse(settings).firstQuery).toBe(firstQuery);
    await app.close();
  });
});

describe('the files of the pages', () => {
  test('are cached for good, compressed where there is much of them, and taken for what they are', async () => {
    const page = await (await get('/explorer', {})).text();
    const files = [...page.matchAll(/(?:src|href)="(\/explorer\/[^"]+\.(?:js|css))"/g)].map(
      ([, file]) => `${file}`,
    );
    expect(files.map((file) => file.split('/').at(-1))).toEqual([
      'explorer.css',
      'ruru.css',
      'bar.js',
      'offline.js',
    ]);
    for (const file of files) {
      const { statusCode, headers } = await server.app.inject({
        url: file,
        headers: { 'accept-encoding': 'br' },
      });
      expect(statusCode).toBe(200);
      expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
      expect(headers['x-content-type-options']).toBe('nosniff');
      if (file.includes('/ruru/')) expect(headers['content-encoding']).toBe('br');
    }
  });

  test('are nothing else: no path leads out, and source maps stay on disk', async () => {
    const page = await (await get('/explorer', {})).text();
    const [ruru] = /\/explorer\/ruru\/[^/]+\//.exec(page) ?? [];
    const [own] = /\/explorer\/assets\/[^/]+\//.exec(page) ?? [];
    for (const path of [
      `${ruru}ruru.js.map`,
      `${ruru}..%2fpackage.json`,
      `${ruru}toString`,
      `${own}..%2fexplorer.ts`,
    ]) {
      expect((await get(path, {})).status).toBe(404);
    }
  });
});

async function policyOf(path: string): Promise<Map<string, string>> {
  const { headers } = await get(path, { accept: browserAccept });
  const directives = headers.get('content-security-policy')?.split('; ') ?? [];
  return new Map(
    directives.map((each) => [each.slice(0, each.indexOf(' ')), each.slice(each.indexOf(' ') + 1)]),
  );
}
