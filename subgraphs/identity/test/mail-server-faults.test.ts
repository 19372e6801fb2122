import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SmtpTransport } from '../mail/smtp-transport.ts';
import { days, minutes, seconds } from './identity-system.ts';
import { type MailSystem, startMailSystem } from './mail-system.ts';
import { mailBy, SmtpServer } from './smtp-server.ts';

const eventId = 'evt1';
/** An event that identity can ask about. */
const lookup = async () => ({
  name: 'Harbour Lights',
  startsAt: '2026-06-01T18:00:00.000Z',
  timezone: 'Europe/Berlin',
  venue: null,
});

let mails: MailSystem;
beforeEach(async () => {
  mails = await startMailSystem({ lookup });
});
afterEach(() => mails.stop());

/** Has mails of canceled events written, which say something for as long as it takes. */
const write = async (...usernames: string[]) => {
  for (const username of usernames) {
    const { user } = await mails.person(username);
    await mails.tell({ kind: 'EVENT_CANCELED', userId: user.id, eventId });
  }
};
const sendDue = async () => {
  while (await mails.system.subgraph.mailer.sendDue());
};
const recipients = (server = mails.smtp) => server.received.flatMap((mail) => mail.recipients).sort();
/** Nobody listens there: it was a server’s, who is gone. */
const deadPort = async () => {
  const server = await SmtpServer.start();
  const { port } = server;
  await server.stop();
  return port;
};

describe('an SMTP server that is away', () => {
  test('is tried again at growing intervals, said once, and gets everything when it is back', async () => {
    const port = await deadPort();
    await mails.stop();
    mails = await startMailSystem({ lookup, mail: mailBy(port) });
    await write('ada', 'ben');
    const attempts = async () => (await mails.rows()).map((row) => row.attempts);
    await sendDue();
    expect(await attempts()).toEqual([1, 1]);
    for (const [pause, expected] of [
      [30 * seconds, 2],
      [60 * seconds, 3],
      [120 * seconds, 4],
    ] as const) {
      mails.system.pass(pause - 1);
      await sendDue();
      expect(await attempts()).toEqual([expected - 1, expected - 1]);
      mails.system.pass(1);
      await sendDue();
      expect(await attempts()).toEqual([expected, expected]);
    }
    const warned = mails.logged.filter(({ msg }) => msg === 'mails cannot be sent; trying again');
    expect(warned).toHaveLength(1);
    const back = await SmtpServer.start(port);
    mails.system.pass(240 * seconds);
    await sendDue();
    expect(recipients(back)).toEqual(['ada@example.org', 'ben@example.org']);
    expect(mails.logged.at(-1)?.msg).toBe('mails can be sent again');
    await back.stop();
  });

  test('is given up after a day, which the log says', async () => {
    await mails.stop();
    mails = await startMailSystem({ lookup, mail: mailBy(await deadPort()) });
    await write('ada');
    await sendDue();
    mails.system.pass(days - 1);
    await sendDue();
    expect(await mails.rows()).toMatchObject([{ attempts: 2, givenUp: false }]);
    mails.system.pass(60 * minutes);
    await sendDue();
    expect(await mails.rows()).toMatchObject([
      { attempts: 3, sent: false, givenUp: true, failure: expect.stringContaining('ECONNREFUSED') },
    ]);
    expect(mails.logged.at(-1)).toMatchObject({ msg: 'a mail was given up', template: 'event-canceled' });
    expect(JSON.stringify(mails.logged)).not.toContain('ada@example.org');
    mails.system.pass(days);
    await sendDue();
    expect((await mails.rows())[0]?.attempts).toBe(3);
  });

  test('waits an hour at most', async () => {
    await mails.stop();
    mails = await startMailSystem({ lookup, mail: mailBy(await deadPort()) });
    await write('ada');
    for (let turn = 0; turn < 12; turn += 1) {
      await sendDue();
      mails.system.pass(60 * minutes);
    }
    expect(await mails.rows()).toMatchObject([{ attempts: 12, givenUp: false }]);
  });
});

describe('an SMTP server that refuses', () => {
  test('the recipient for good is not asked again', async () => {
    mails.smtp.answers.set('RCPT', '550 5.1.1 no such user');
    await write('ada');
    await sendDue();
    expect(await mails.rows()).toMatchObject([
      { attempts: 1, givenUp: true, failure: expect.stringContaining('no such user') },
    ]);
    expect(mails.logged.map(({ msg }) => msg)).toEqual(['a mail was given up']);
  });

  test.each([
    ['the recipient for now', 'RCPT', '450 4.2.1 later'],
    ['the sender', 'MAIL', '553 5.7.1 not yours'],
    ['the mail', '.', '554 5.6.0 too odd'],
  ])('%s is asked again', async (_what, command, answer) => {
    mails.smtp.answers.set(command, answer);
    await write('ada');
    await sendDue();
    expect(await mails.rows()).toMatchObject([{ attempts: 1, sent: false, givenUp: false }]);
    mails.smtp.answers.clear();
    mails.system.pass(30 * seconds);
    await sendDue();
    expect(recipients()).toEqual(['ada@example.org']);
  });

  test('one mail does not keep the others', async () => {
    await write('ada', 'ben');
    await mails.system.database.pool.query(
      `update identity.mail set data = '{}' where address = 'ada@example.org'`,
    );
    mails.smtp.answers.set('RCPT', '450 4.2.1 later');
    await sendDue();
    mails.smtp.answers.clear();
    mails.system.pass(30 * seconds);
    await sendDue();
    expect(recipients()).toContain('ben@example.org');
  });
});

test('an SMTP server that hangs up is asked once an attempt', async () => {
  mails.smtp.hangsUpOn.add('.');
  await write('ada');
  await sendDue();
  expect(mails.smtp.commands.filter((command) => command === '.')).toHaveLength(1);
  expect(await mails.rows()).toMatchObject([{ attempts: 1, sent: false, givenUp: false }]);
});

test('an SMTP server that never answers is waited for no longer than it takes', async () => {
  mails.smtp.beforeTaking = async () => await new Promise(() => {});
  const { smtp, from } = mails.smtp.mail;
  if (!smtp) throw new Error('There is a server.');
  const transport = new SmtpTransport(smtp, from, 200);
  const letter = {
    id: '1',
    template: 'event-canceled',
    to: 'ada@example.org',
    writtenAt: new Date(),
  } as const;
  const content = { subject: 'Hello', text: 'Hello', html: 'Hello', attachments: [] };
  await expect(transport.send({ ...letter, ...content })).rejects.toThrow('aborted');
  transport.close();
});
