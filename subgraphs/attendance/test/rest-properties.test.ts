import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isNightly, testSeed } from '@tixgo/platform/testing/env.ts';
import fc from 'fast-check';
import { startTestHost, type TestHost } from './host-client.ts';
import { type RandomRequest, requestOf } from './rest-arbitraries.ts';
import { breachOf, type Operation, openApiOf, operationsOf } from './rest-openapi.ts';

const requestsOfEach = isNightly() ? 1_000 : 40;

let host: TestHost;
let operations: { readonly host: Operation[]; readonly identity: Operation[] };
let urls: Record<'host' | 'identity', string>;
const tokens: (string | undefined)[] = [];
const events = ['evt1', 'demo-aurora-strings', 'demo-noite-do-samba', 'demo-kumo-no-ma'];
const sensible: Record<string, string[]> = {
  event_id: [...events],
  username: ['random-buyer', 'random-newcomer'],
  password: ['test-pass-123'],
  role: ['user', 'COMMITTEE', 'admin'],
  email: ['somebody@tickets.example'],
  status: ['draft', 'Published', 'canceled', 'cancelled'],
  starts_at: ['2030-05-01T18:00:00Z', '2030-05-01T18:00:00.123+02:00'],
  ends_at: ['2030-05-01T22:00:00Z'],
  from: ['2020-05-01T18:00:00Z'],
  to: ['2040-05-01T18:00:00Z'],
  timezone: ['Europe/Berlin', 'Asia/Kathmandu'],
  payment_method: ['pm_card_visa', 'pm_card_visa_chargeDeclined', 'pm_card_authenticationRequired'],
  ticket_id: ['T-1', 'T-2', '=1+1'],
  bom: ['true', 'false'],
};
beforeAll(async () => {
  host = await startTestHost({
    DEMO_DATA: 'true',
    LIMIT_REQUESTS_PER_MINUTE: '0',
    LIMIT_VIEWER_REQUESTS_PER_MINUTE: '0',
  });
  urls = { host: host.url, identity: `http://127.0.0.1:${host.host.identityPort}` };
  operations = {
    host: operationsOf(await openApiOf(urls.host)),
    identity: operationsOf(await openApiOf(urls.identity)),
  };
  const buyer = await host.person('random-buyer');
  const committee = await host.person('random-committee', 'COMMITTEE');
  tokens.push(undefined, 'not.a.token', buyer.token, committee.token, host.admin, host.admin);
  const { data } = await host.ask('{ event(id: "evt1") { ticketTypes { id } } }', {}, buyer.token);
  sensible.ticket_type_id = data.event.ticketTypes.map(({ id }: { id: string }) => id);
  for (let count = 0; count < 8; count += 1) orders.push(await book(buyer.token));
  remember('');
}, 60_000);
afterAll(() => host.close());

async function book(token: string): Promise<string> {
  const response = await fetch(`${urls.host}/tickets/book`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ event_id: 'evt1', ticket_type_id: sensible.ticket_type_id?.[1] }),
  });
  const { id } = (await response.json()) as { id: string };
  return id;
}

/** Nobody cancels these before they are paid. */
const orders: string[] = [];
/** What answers tell of, so that later requests ask for it. */
const made: string[] = [];
function remember(text: string): void {
  const [id] = /(?<=^\{"id":")[^"]+|(?<="id":")[0-9a-f-]{36}/.exec(text) ?? [];
  if (id !== undefined) made.push(id);
  const recent = made.slice(-10);
  sensible.id = [...events, ...recent];
  sensible.order_id = [...orders, ...recent];
}

async function send(
  base: string,
  { operation, path, body, contentType }: RandomRequest,
  token: string | undefined,
) {
  const response = await fetch(base + path, {
    method: operation.method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': contentType }),
    },
    ...(body !== undefined && { body }),
  });
  remember(await response.clone().text());
  return response;
}

/** Signing out would leave the rest with nobody signed in. */
const leavesSession = ({ name }: Operation) => name.endsWith('/auth/logout');

describe.each(['host', 'identity'] as const)('%s', (which) => {
  test(
    'answers whatever is sent as its document says',
    async () => {
      const statuses = new Map<number, number>();
      for (const operation of operations[which]) {
        const property = fc.asyncProperty(
          fc.nat({ max: tokens.length - 1 }),
          // Made anew for each run, since what exists grows.
          fc.noShrink(fc.constant(0)).chain(() => requestOf(operation, sensible)),
          async (who, request) => {
            const response = await send(
              urls[which],
              request,
              leavesSession(operation) ? undefined : tokens[who],
            );
            statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
            expect(await breachOf(operation, response)).toBeUndefined();
          },
        );
        await fc.assert(property, { numRuns: requestsOfEach, seed: testSeed(20) });
      }
      // A test that is always refused at the door would find nothing.
      const expected =
        which === 'host' ? [200, 201, 400, 401, 403, 404, 409, 415, 422] : [200, 400, 401, 415];
      expect([...statuses.keys()]).toEqual(expect.arrayContaining(expected));
    },
    isNightly() ? 3_600_000 : 60_000,
  );
});
