import { createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { SubgraphClient, userViewer } from '@tixgo/platform/testing/ask.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import { create } from 'qrcode';
import { buyTickets, type Holding, refund } from './ticket-holder.ts';
import { type Answer, admin, buyer, startTickets, type TicketSystem } from './ticket-system.ts';

let system: TicketSystem;
beforeAll(async () => {
  system = await startTickets({ works: false, signingKeys: 2 });
});
afterAll(() => system.close());
beforeEach(() => system.at('2026-05-01T10:00:00.000Z'));

const staff = [userViewer('SCANNER'), userViewer('COMMITTEE'), admin];
const ticketQuery = /* GraphQL */ `
  query ($of: [_Any!]!) { _entities(representations: $of) { ... on Ticket { code qrSvg order { id } } } }
`;
const seenBy = async (viewer: UserViewer, ticketId: string, at = system.client): Promise<Answer> => {
  const of = [{ __typename: 'Ticket', id: ticketId }];
  return (await at.data(ticketQuery, { of }, viewer))._entities[0];
};
const nothing = { code: null, qrSvg: null };

/** Gives the ticket to somebody new. */
async function givenAway({ holder, ticketId }: Holding): Promise<UserViewer> {
  const cleo = buyer();
  system.users.set('cleo', cleo.id);
  const transfer = 'mutation ($id: ID!) { transferTicket(id: $id, toUsername: "cleo") { code qrSvg } }';
  const { transferTicket } = await system.client.data(transfer, { id: ticketId }, holder);
  expect(transferTicket).toEqual(nothing);
  return cleo;
}

describe('a code', () => {
  test("is its holder's and the staff's to see", async () => {
    const { holder, ticketId, orderId } = await buyTickets(system);
    const { code, qrSvg } = await seenBy(holder, ticketId);
    expect(code).not.toBeNull();
    for (const viewer of staff) {
      const order = viewer === admin ? { id: orderId } : null;
      expect(await seenBy(viewer, ticketId)).toEqual({ code, qrSvg, order });
    }
  });

  test('is not to be had from what others see: a stranger sees no ticket at all', async () => {
    const { holder, ticketId, orderId } = await buyTickets(system);
    expect(await seenBy(buyer(), ticketId)).toBeNull();
    for (const id of [newId(), 'T1']) expect(await seenBy(holder, id)).toBeNull();
    const order = 'query ($id: ID!) { order(id: $id) { tickets { code qrSvg } } }';
    expect(await system.client.refusal(order, { id: orderId }, buyer())).toMatchObject({ code: 'NOT_FOUND' });
    const mine = '{ myTickets { edges { node { id } } } }';
    expect((await system.client.data(mine, {}, buyer())).myTickets.edges).toEqual([]);
    const of = [{ __typename: 'Ticket', id: ticketId }];
    expect(await system.client.refusal(ticketQuery, { of })).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('goes with the ticket: whoever gave it away sees it no more', async () => {
    const bea = await buyTickets(system);
    const { code } = await seenBy(bea.holder, bea.ticketId);
    const cleo = await givenAway(bea);
    expect(await seenBy(bea.holder, bea.ticketId)).toBeNull();
    const theirs = await seenBy(cleo, bea.ticketId);
    expect(theirs).toMatchObject({ order: null, qrSvg: expect.stringMatching(/^<svg/) });
    expect(theirs.code).not.toBe(code);
    const query = '{ myTickets { edges { node { id code } } } }';
    expect((await system.client.data(query, {}, cleo)).myTickets.edges).toEqual([
      { node: { id: bea.ticketId, code: theirs.code } },
    ]);
    expect((await system.client.data(query, {}, bea.holder)).myTickets.edges).toEqual([]);
  });

  test("is nobody's once the ticket is void", async () => {
    const bea = await buyTickets(system);
    await refund(system, bea);
    for (const viewer of [bea.holder, ...staff]) {
      expect(await seenBy(viewer, bea.ticketId)).toMatchObject(nothing);
    }
  });
});

describe('whoever reads a code', () => {
  const part = (text = '') => JSON.parse(Buffer.from(text, 'base64url').toString());
  const keys = async () =>
    (await system.client.data('{ ticketKeys }')).ticketKeys.map((key: string) => JSON.parse(key));

  /** As RFC 7515 says, by nothing but what is public. */
  async function isGood(code: string): Promise<boolean> {
    const [header, payload, signature = ''] = code.split('.');
    const jwk = (await keys()).find(({ kid }: { kid: string }) => kid === part(header).kid);
    const signed = Buffer.from(`${header}.${payload}`);
    return verify(
      null,
      signed,
      createPublicKey({ key: jwk, format: 'jwk' }),
      Buffer.from(signature, 'base64url'),
    );
  }

  test('can prove by the public keys that it is good, and what for', async () => {
    const bea = await buyTickets(system);
    const cleo = await givenAway(bea);
    const { code } = await seenBy(cleo, bea.ticketId);
    const [header, payload] = code.split('.');
    expect(part(header)).toEqual({ alg: 'EdDSA', kid: (await keys())[0].kid });
    expect(part(payload)).toEqual({ sub: bea.ticketId, aud: bea.eventId, num: 2 });
    expect(await isGood(code)).toBe(true);
  });

  test('can tell that it was altered', async () => {
    const { holder, ticketId } = await buyTickets(system);
    const [header, payload, signature] = (await seenBy(holder, ticketId)).code.split('.');
    const forged = Buffer.from(JSON.stringify({ ...part(payload), num: 2 })).toString('base64url');
    expect(await isGood([header, forged, signature].join('.'))).toBe(false);
  });

  test('gets the public halves alone, newest first', async () => {
    const found = await keys();
    expect(found).toHaveLength(2);
    for (const key of found) expect(Object.keys(key).sort()).toEqual(['crv', 'kid', 'kty', 'x']);
    const told = system.told.filter(({ type }) => type === 'ticket.key-added').map(({ key }) => key);
    expect(found.map(({ kid }: { kid: string }) => kid).sort()).toEqual(told.sort());
  });

  test('hears of every key from every replica, also while one of them has a newer one', async () => {
    const before = await keys();
    const { holder, ticketId } = await buyTickets(system);
    const replica = system.replica({ newKey: true });
    system.at(new Date(Date.now() + 60_000).toISOString());
    await replica.prepare();
    const { code } = await seenBy(holder, ticketId, new SubgraphClient(replica));
    expect(await isGood(code)).toBe(true);
    const [newest, ...others] = await keys();
    expect(newest.kid).toBe(part(code.split('.')[0]).kid);
    expect(others).toEqual(before);
  });
});

describe('the image of a code', () => {
  /** Its elements, when it is well-formed and one document. */
  function elementsOf(svg: string): string[] {
    const open: string[] = [];
    const seen: string[] = [];
    const rest = svg
      .trim()
      .replaceAll(
        /<(\/?)([a-z]+)((?:\s+[\w:-]+="[^"<&]*")*)\s*(\/?)>/g,
        (_tag, closes, name, _attributes, isEmpty) => {
          if (closes) expect(open.pop()).toBe(name);
          else {
            if (open.length === 0) expect(seen).toEqual([]);
            seen.push(name);
            if (!isEmpty) open.push(name);
          }
          return '';
        },
      );
    expect([rest, open]).toEqual(['', []]);
    return seen;
  }

  /** What is dark, row by row, from the strokes of the path. */
  function darkModules(svg: string): string[] {
    const size = Number(/viewBox="0 0 (\d+) \1"/.exec(svg)?.[1]);
    const rows = Array.from({ length: size }, () => Array<string>(size).fill(' '));
    let [x, y] = [0, 0];
    for (const [, kind, first, second] of (/stroke="#000000" d="([^"]+)"/.exec(svg)?.[1] ?? '').matchAll(
      /([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?/g,
    )) {
      const [dx, dy] = [Number(first), Number(second ?? 0)];
      if (kind === 'h') rows[Math.floor(y)]?.fill('#', x, x + dx);
      [x, y] = kind === 'M' ? [dx, dy] : [x + dx, y + dy];
    }
    return rows.map((row) => row.join(''));
  }

  test('is one well-formed SVG document of the code, with a margin of four', async () => {
    const { holder, ticketId } = await buyTickets(system);
    const { code, qrSvg } = await seenBy(holder, ticketId);
    expect(elementsOf(qrSvg)).toEqual(['svg', 'path', 'path']);
    expect(qrSvg).toContain('xmlns="http://www.w3.org/2000/svg"');
    const { modules } = create(code, { errorCorrectionLevel: 'M' });
    const blank = ' '.repeat(modules.size + 8);
    const rows = Array.from({ length: modules.size }, (_, y) =>
      Array.from({ length: modules.size }, (_, x) => (modules.get(y, x) ? '#' : ' ')).join(''),
    );
    const margin = Array<string>(4).fill(blank);
    expect(darkModules(qrSvg)).toEqual([...margin, ...rows.map((row) => `    ${row}    `), ...margin]);
  });
});
