import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SmtpTransport } from '../mail/smtp-transport.ts';
import { days, minutes, seconds } from './identity-system.ts';
import { MailSystem } from './mail-system.ts';
import { mailBy, SmtpServer } from './smtp-server.ts';

let mails: MailSystem;
beforeEach(async () => {
  mails = await MailSystem.start();
});
afterEach(() => mails.stop());

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
    mails = await MailSystem.start({ mail: mailBy(port) });
    await mails.writeTo('ada', 'ben');
    const attempts = async () => (await mails.rows()).map((row) => row.attempts);
    await mails.sendDue();
    expect(await attempts()).toEqual([1, 1]);
    for (const [pause, expected] of [
      [30 * seconds, 2],
      [60 * seconds, 3],
      [120 * seconds, 4],
    ] as const) {
      mails.system.pass(pause - 1);
      await mails.sendDue();
      expect(await attempts()).toEqual([expected - 1, expected - 1]);
      mails.system.pass(1);
      await mails.sendDue();
      expect(await attempts()).toEqual([expected, expected]);
    }
    const warned = mails.logged.filter(({ msg }) => msg === 'mails cannot be sent; trying again');
    expect(warned).toHaveLength(1);
    const back = await SmtpServer.start(port);
    mails.system.pass(240 * seconds);
    await mails.sendDue();
    expect(back.recipients).toEqual(['ada@example.org', 'ben@example.org']);
    expect(mails.logged.at(-1)?.msg).toBe('mails can be sent again');
    await back.stop();
  });

  test('is given up after a day, which the log says', async () => {
    await mails.stop();
    mails = await MailSystem.start({ mail: mailBy(await deadPort()) });
    await mails.writeTo('ada');
    await mails.sendDue();
    mails.system.pass(days - 1);
    await mails.sendDue();
    expect(await mails.rows()).toMatchObject([{ attempts: 2, givenUp: false }]);
    mails.system.pass(60 * minutes);
    await mails.sendDue();
    expect(await mails.rows()).toMatchObject([
      { attempts: 3, sent: false, givenUp: true, failure: expect.stringContaining('ECONNREFUSED') },
    ]);
    expect(mails.logged.at(-1)).toMatchObject({ msg: 'a mail was given up', template: 'event-canceled' });
    expect(JSON.stringify(mails.logged)).not.toContain('ada@example.org');
    mails.system.pass(days);
    await mails.sendDue();
    expect((await mails.rows())[0]?.attempts).toBe(3);
  });

  test('waits an hour at most', async () => {
    await mails.stop();
    mails = await MailSystem.start({ mail: mailBy(await deadPort()) });
    await mails.writeTo('ada');
    for (let turn = 0; turn < 12; turn += 1) {
      await mails.sendDue();
      mails.system.pass(60 * minutes);
    }
    expect(await mails.rows()).toMatchObject([{ attempts: 12, givenUp: false }]);
  });
});

describe('an SMTP server that refuses', () => {
  test('the recipient for good is not asked again', async () => {
    mails.smtp.answers.set('RCPT', '550 5.1.1 no such user');
    await mails.writeTo('ada');
    await mails.sendDue();
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
    await mails.writeTo('ada');
    await mails.sendDue();
    expect(await mails.rows()).toMatchObject([{ attempts: 1, sent: false, givenUp: false }]);
    mails.smtp.answers.clear();
    mails.system.pass(30 * seconds);
    await mails.sendDue();
    expect(mails.smtp.recipients).toEqual(['ada@example.org']);
  });

  test('one mail does not keep the others', async () => {
    await mails.writeTo('ada', 'ben');
    await mails.system.database.pool.query(
      `update identity.mail set data = '{}' where address = 'ada@example.org'`,
    );
    mails.smtp.answers.set('RCPT', '450 4.2.1 later');
    await mails.sendDue();
    mails.smtp.answers.clear();
    mails.system.pass(30 * seconds);
    await mails.sendDue();
    expect(mails.smtp.recipients).toContain('ben@example.org');
  });
});

test('an SMTP server that hangs up is asked once an attempt', async () => {
  mails.smtp.hangsUpOn.add('.');
  await mails.writeTo('ada');
  await mails.sendDue();
  expect(mails.smtp.commands.filter((command) => command === '.')).toHaveLength(1);
  expect(await mails.rows()).toMatchObject([{ attempts: 1, sent: false, givenUp: false }]);
});

test('an SMTP server that never answers is waited for no longer than it takes', async () => {
  const reached = mails.smtp.hang();
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
  await reached;
  transport.close();
});
