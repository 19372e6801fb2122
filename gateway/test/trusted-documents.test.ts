import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { readClientManifest } from '../document/read-manifest.ts';
import { type DocumentManifest, TrustedDocuments, type TrustMode } from '../document/trusted-documents.ts';
import { thingsGateway } from './things-gateway.ts';

const aliases = Array.from({ length: 40 }, (_, index) => `a${index}: name`).join(' ');
const large = `query Large { thing(id: "1") { ${aliases} } }`;
const small = 'query Small($id: ID!) { thing(id: $id) { name } }';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const manifest: DocumentManifest = {
  format: 'apollo-persisted-query-manifest',
  version: 1,
  operations: [large, small].map((body, index) => ({
    id: sha256(body),
    name: `D${index}`,
    type: 'query',
    body,
  })),
};

const apps: FastifyInstance[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

async function gateway(mode: TrustMode) {
  const app = await thingsGateway({
    environment: { trustedDocuments: new TrustedDocuments(mode, [manifest]) },
  });
  apps.push(app);
  return async (payload: object) =>
    (
      await app.inject({
        method: 'POST',
        url: '/graphql',
        payload,
        headers: { 'content-type': 'application/json' },
      })
    ).json();
}

const byHash = (text: string, more: object = {}) => ({
  ...more,
  extensions: { persistedQuery: { version: 1, sha256Hash: sha256(text) } },
});
const rejected = { errors: [{ extensions: { code: 'DOCUMENT_REJECTED' } }] };
const found = { data: { thing: { name: 'thing 1' } } };

describe('a trusted document', () => {
  test.each(['prefer', 'only'] as const)('passes the limits (%s)', async (mode) => {
    const ask = await gateway(mode);
    expect((await ask({ query: large })).data.thing.a39).toBe('thing 1');
    expect((await ask({ query: large })).data.thing.a39).toBe('thing 1');
  });

  test.each(['prefer', 'only'] as const)('need not be sent, its hash is enough (%s)', async (mode) => {
    const ask = await gateway(mode);
    expect(await ask(byHash(small, { variables: { id: '1' } }))).toEqual(found);
  });

  test('is like any other where none are trusted', async () => {
    const ask = await gateway('off');
    expect(await ask({ query: large })).toMatchObject(rejected);
    expect(await ask(byHash(small))).toMatchObject({
      errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
    });
  });
});

describe('where only trusted documents are answered', () => {
  test('another is refused, also when it differs in a literal alone, and each time', async () => {
    const ask = await gateway('only');
    await ask({ query: large });
    for (const query of ['{ __typename }', large.replace('"1"', '"2"'), `${large} `]) {
      expect(await ask({ query })).toMatchObject(rejected);
      expect(await ask({ query })).toMatchObject(rejected);
    }
  });

  test('another cannot be registered by its hash', async () => {
    const ask = await gateway('only');
    const query = '{ thing(id: "1") { id } }';
    expect(await ask(byHash(query, { query }))).toMatchObject(rejected);
    expect(await ask(byHash(query))).toMatchObject({
      errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
    });
  });
});

test('others are looked at where trusted ones are preferred', async () => {
  const ask = await gateway('prefer');
  expect(await ask({ query: '{ thing(id: "1") { name } }' })).toEqual(found);
  expect(await ask({ query: large.replace('"1"', '"2"') })).toMatchObject(rejected);
});

test('the manifest of the client names its documents by the hashes of their texts', () => {
  const { operations } = readClientManifest();
  expect(operations.length).toBeGreaterThan(30);
  for (const { id, body } of operations) expect(id).toBe(sha256(body));
});
