import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { seconds } from './identity-system.ts';
import { MailSystem } from './mail-system.ts';

const eventId = 'evt1';
const orderId = newId();
const ticketId = newId();

interface Entity {
  readonly [field: string]: unknown;
}

/** What the owners of events, orders and tickets answer, by typename and id. */
const entities = new Map<string, Entity>();
const asked: string[] = [];
const lookup = async (subgraph: string, typename: string, { id = '' }: Readonly<Record<string, string>>) => {
  asked.push(`${subgraph}.${typename}`);
  return entities.get(`${typename}:${id}`) ?? null;
};
const ticket = (holderId: string, code: string | null = 'code-1', type = 'Standing'): Entity => ({
  code,
  qrSvg: code && `<svg>${code}</svg>`,
  holder: { id: holderId },
  type: { name: type },
});

let mails: MailSystem;
let bea: string;
beforeEach(async () => {
  mails = await MailSystem.start({ lookup });
  bea = (await mails.person('bea')).user.id;
  asked.length = 0;
  entities.clear();
  entities.set(`Event:${eventId}`, {
    name: 'Harbour <Lights> & "Co"',
    startsAt: '2026-06-01T18:00:00.000Z',
    timezone: 'Europe/Berlin',
    venue: { name: 'Pier 7', city: 'Hamburg' },
  });
});
afterEach(() => mails.stop());

const order = (...tickets: Entity[]) =>
  entities.set(`Order:${orderId}`, { total: { amount: 5_000, currency: 'EUR' }, tickets });

describe('an order that is confirmed', () => {
  const confirm = async (id?: string) =>
    await mails.tell({ kind: 'ORDER_CONFIRMED', userId: bea, eventId, orderId }, id);

  test('is mailed with event, price, and the type, code and image of each ticket', async () => {
    order(ticket(bea, 'code-1'), ticket(bea, 'code-2', 'Seat'));
    await confirm();
    const [mail, ...others] = await mails.sent();
    expect(others).toEqual([]);
    expect(mail?.recipients).toEqual(['bea@example.org']);
    expect(mail?.header('Subject')).toBe('Your tickets for Harbour <Lights> & "Co"');
    expect(mail?.text).toContain('Hello bea,');
    expect(mail?.text).toMatch(
      /Harbour <Lights> & "Co": Monday,? 1 June 2026 at 20:00 CEST, Pier 7, Hamburg\./,
    );
    expect(mail?.text).toMatch(/Order [\w-]+, EUR\s50\.00\./);
    expect(mail?.text).toMatch(/Ticket 1: Standing\s+code-1\s+Ticket 2: Seat\s+code-2/);
    expect(mail?.html).toContain('Harbour &lt;Lights&gt; &amp; &quot;Co&quot;');
    expect(mail?.html).toContain('>code-2<');
    const images = mail?.parts.filter(({ type }) => type === 'image/svg+xml');
    expect(images?.map(({ filename, content }) => [filename, content])).toEqual([
      ['ticket-1.svg', '<svg>code-1</svg>'],
      ['ticket-2.svg', '<svg>code-2</svg>'],
    ]);
  });

  test('shows no ticket that has gone on to somebody else, and none that is void', async () => {
    order(ticket(bea, 'hers'), ticket(newId(), 'not-hers'), ticket(bea, null));
    await confirm();
    const [mail] = await mails.sent();
    expect(mail?.text).toContain('hers');
    expect(mail?.raw).not.toContain('not-hers');
    expect(mail?.text).not.toContain('Ticket 2');
  });

  test('is not mailed once none of its tickets is left', async () => {
    order(ticket(newId(), 'not-hers'));
    await confirm();
    expect(await mails.sent()).toEqual([]);
    expect(await mails.rows()).toMatchObject([{ givenUp: true, failure: 'There was nothing left to say.' }]);
  });

  test('is mailed once, however often the fact comes', async () => {
    order(ticket(bea));
    const id = newId();
    await confirm(id);
    await confirm(id);
    expect(await mails.sent()).toHaveLength(1);
  });

  test('and cost nothing says so', async () => {
    entities.set(`Order:${orderId}`, { total: { amount: 0, currency: 'EUR' }, tickets: [ticket(bea)] });
    await confirm();
    expect((await mails.sent())[0]?.text).toContain('free of charge');
  });

  test.each([
    ['JPY', /JPY\s1,500\./],
    ['KWD', /KWD\s1\.500\./],
    ['HUF', /HUF\s15\.00\./],
  ])('of %s has as many decimals as ISO 4217 says', async (currency, words) => {
    entities.set(`Order:${orderId}`, { total: { amount: 1_500, currency }, tickets: [ticket(bea)] });
    await confirm();
    expect((await mails.sent())[0]?.text).toMatch(words);
  });
});

describe('a ticket that somebody gave', () => {
  const receive = async (fromUserId: string) =>
    await mails.tell({ kind: 'TICKET_RECEIVED', userId: bea, eventId, ticketId, fromUserId });

  test('is mailed with its new code and who gave it', async () => {
    const { user } = await mails.person('ned');
    entities.set(`Ticket:${ticketId}`, ticket(bea, 'code-2'));
    await receive(user.id);
    const [mail] = await mails.sent();
    expect(mail?.recipients).toEqual(['bea@example.org']);
    expect(mail?.header('Subject')).toBe('You have a ticket for Harbour <Lights> & "Co"');
    expect(mail?.text).toMatch(/ned gave you a ticket \(Standing\) for Harbour/);
    expect(mail?.text).toContain('code-2');
    expect(mail?.parts.at(-1)).toMatchObject({ filename: 'ticket-1.svg', content: '<svg>code-2</svg>' });
  });

  test('and that went on since is not shown', async () => {
    entities.set(`Ticket:${ticketId}`, ticket(newId(), 'not-hers'));
    await receive(newId());
    expect(await mails.sent()).toEqual([]);
  });

  test('by nobody who is known is mailed too, each time that it comes back', async () => {
    entities.set(`Ticket:${ticketId}`, ticket(bea));
    await receive(newId());
    await receive(newId());
    const received = await mails.sent();
    expect(received).toHaveLength(2);
    expect(received[0]?.text).toContain('somebody gave you a ticket');
  });
});

describe('an event that is canceled', () => {
  const cancel = async (userId = bea, of = eventId) =>
    await mails.tell({ kind: 'EVENT_CANCELED', userId, eventId: of });

  test('is mailed once to each, however many orders they had of it', async () => {
    const cy = (await mails.person('cy-')).user.id;
    entities.set('Event:evt2', { ...entities.get(`Event:${eventId}`), name: 'Another', venue: null });
    await cancel();
    await cancel();
    await cancel(cy);
    await cancel(bea, 'evt2');
    const received = await mails.sent();
    expect(received.map((mail) => [mail.recipients[0], mail.header('Subject')]).sort()).toEqual([
      ['bea@example.org', 'Canceled: Another'],
      ['bea@example.org', 'Canceled: Harbour <Lights> & "Co"'],
      ['cy-@example.org', 'Canceled: Harbour <Lights> & "Co"'],
    ]);
    expect(received[0]?.text).toContain('goes back to whoever paid it');
    expect(new Set(asked)).toEqual(new Set(['event.Event']));
  });

  test('and gone is mailed without its name', async () => {
    entities.clear();
    await cancel();
    const [mail] = await mails.sent();
    expect(mail?.header('Subject')).toBe('Canceled: an event that you have tickets for');
    expect(mail?.text).toContain('an event that you have tickets for will not take place');
  });
});

test('a name that a mail program would make a link of is none in a mail, whoever has it', async () => {
  const { user } = await mails.person('evil.example/win', 'victim@example.org');
  entities.set(`Ticket:${ticketId}`, ticket(bea));
  entities.set(`Order:${orderId}`, { total: { amount: 0, currency: 'EUR' }, tickets: [ticket(user.id)] });
  await mails.tell({ kind: 'TICKET_RECEIVED', userId: bea, eventId, ticketId, fromUserId: user.id });
  await mails.tell({ kind: 'ORDER_CONFIRMED', userId: user.id, eventId, orderId });
  await mails.tell({ kind: 'EVENT_CANCELED', userId: user.id, eventId });
  await mails.requestReset('evil.example/win');
  const sent = await mails.sent();
  expect(sent).toHaveLength(4);
  for (const { text, html } of sent) {
    for (const part of [text, html]) {
      expect(part).toContain('evil.\u200Cexample/\u200Cwin');
      expect(part).not.toContain('evil.example');
    }
  }
});

test('who gave no address, or is nobody here, is not mailed', async () => {
  const { user } = await mails.person('dee', null);
  for (const userId of [user.id, newId()]) await mails.tell({ kind: 'EVENT_CANCELED', userId, eventId });
  expect(await mails.rows()).toEqual([]);
});

test('a notice asks its owners outside of every transaction, so that one connection is enough', async () => {
  await mails.stop();
  mails = await MailSystem.start({
    poolSize: 1,
    lookup: async (subgraph, typename, key) => {
      await mails.system.database.pool.query('select 1');
      return await lookup(subgraph, typename, key);
    },
  });
  const { user } = await mails.person('fay');
  await mails.tell({ kind: 'EVENT_CANCELED', userId: user.id, eventId });
  expect((await mails.sent()).map(({ recipients }) => recipients)).toEqual([['fay@example.org']]);
  mails.system.pass(seconds);
});
