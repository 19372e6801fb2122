import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readSupergraphSdl } from '@tixgo/schema/supergraph-sdl.ts';
import type { FastifyInstance } from 'fastify';
import { auditServer } from 'graphql-http';
import { auditedGateway } from '../audit/audited-gateway.ts';

let app: FastifyInstance;
let url: string;
beforeAll(async () => {
  app = await auditedGateway(readSupergraphSdl());
  url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/graphql`;
});
afterAll(() => app.close());

/** They read by GET without a header that a page of another site cannot send: refused, since it may be forged (CSRF). */
const refused = [
  'MAY accept application/x-www-form-urlencoded formatted GET requests',
  'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json',
  'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json',
];

test('clients that keep to GraphQL over HTTP are answered by it', async () => {
  const results = await auditServer({ url });
  const others = results.flatMap((result) =>
    result.status === 'ok' ? [] : [`${result.status}: ${result.name}: ${result.reason}`],
  );
  expect(others).toEqual(refused.map((name) => `notice: ${name}: Response status code is not 200`));
  expect(results).toHaveLength(61);
});
