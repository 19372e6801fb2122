import { afterEach, describe, expect, test } from '@jest/globals';
import { anonymous } from '@tixgo/platform/viewer.ts';
import fastify, { type FastifyInstance } from 'fastify';
import { TrustedDocuments } from '../document/trusted-documents.ts';
import { registerThings, type ThingsGatewaySettings } from './things-gateway.ts';

const apps: FastifyInstance[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

/** `stored` runs a document as a REST route does. */
async function gateway(settings: ThingsGatewaySettings) {
  const app = fastify();
  apps.push(app);
  const things = await registerThings(app, settings);
  app.post('/stored', async (request, reply) => {
    const query = String(request.body);
    const caller = { viewer: anonymous, refusal: undefined, address: undefined, userAgent: undefined };
    const { data } = await things.execute({ query, variables: {}, requestId: request.id, ...caller }, reply);
    return { data };
  });
  const json = { 'content-type': 'application/json' };
  const ask = async (query: string) =>
    (await app.inject({ method: 'POST', url: '/graphql', payload: { query }, headers: json })).json();
  const text = { 'content-type': 'text/plain' };
  const stored = async (query: string) =>
    (await app.inject({ method: 'POST', url: '/stored', payload: query, headers: text })).json();
  return { ask, stored };
}

describe.each([
  ['by the short path', false],
  ['through Apollo Server alone', true],
])('%s', (_, apolloAlone) => {
  test('a document that was forgotten is not taken for one with other literals', async () => {
    const { ask } = await gateway({ apolloAlone });
    const source = (id: string) => `{ thing(id: "${id}") { name } things(first: 1) { id } }`;
    const answer = (id: string) => ({ data: { thing: { name: `thing ${id}` }, things: [{ id: '0' }] } });
    expect(await ask(source('a'))).toEqual(answer('a'));
    expect(await ask(source('bbb'))).toEqual(answer('bbb'));
    const filling = `# ${'x'.repeat(100_000)}`;
    for (let number = 0; number < 30; number += 1)
      await ask(`{ a${number}: thing(id: "1") { id } } ${filling}`);
    for (const id of ['bbb', 'bbb', 'a', 'bbb']) expect(await ask(source(id))).toEqual(answer(id));
  });

  test('what a stranger is refused is answered where it is ours', async () => {
    const trustedDocuments = new TrustedDocuments('only', []);
    const { ask, stored } = await gateway({ apolloAlone, environment: { trustedDocuments } });
    const ours = '{ thing(id: "1") { name } }';
    for (let time = 0; time < 2; time += 1)
      expect(await ask(ours)).toMatchObject({ errors: [{ extensions: { code: 'DOCUMENT_REJECTED' } }] });
    for (let time = 0; time < 2; time += 1)
      expect(await stored(ours)).toEqual({ data: { thing: { name: 'thing 1' } } });
  });
});
