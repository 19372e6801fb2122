import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SmtpTransport } from '../mail/smtp-transport.ts';
import { days, minutes, seconds, waitForLock } from './identity-system.ts';
import { type MailSystem, requestPasswordReset, startMailSystem } from './mail-system.ts';
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

test('mails go out by themselves', async () => {
  await mails.person('ada');
  const next = mails.smtp.next();
  mails.system.subgraph.start();
  await mails.system.client.data(requestPasswordReset, { username: 'ada' });
  expect((await next).recipients).toEqual(['ada@example.org']);
  expect(mails.logged.map(({ msg }) => msg)).toContain(
    `Mails go to the SMTP server 127.0.0.1:${mails.smtp.port}.`,
  );
});

test('a mail says that a program wrote it, and bears its row’s id', async () => {
  await write('ada');
  await sendDue();
  const [mail] = mails.smtp.received;
  const { rows } = await mails.system.database.pool.query('select id from identity.mail');
  expect(mail?.header('Message-ID')).toBe(`<${rows[0].id}@example.org>`);
  expect(mail?.header('Auto-Submitted')).toBe('auto-generated');
  expect(mail?.header('To')).toBe('ada@example.org');
});

test('an address is one recipient, whatever it looks like', async () => {
  const odd = `a'b+c@example.org`;
  const { user } = await mails.person('odd', odd);
  await mails.tell({ kind: 'EVENT_CANCELED', userId: user.id, eventId });
  await sendDue();
  expect(recipients()).toEqual([odd]);
});

describe('no mail is lost', () => {
  test('when the process dies between writing and sending', async () => {
    await write('ada', 'ben');
    const other = await mails.replica();
    await other.subgraph.mailer.sendDue();
    expect(recipients()).toEqual(['ada@example.org', 'ben@example.org']);
  });

  test('when it dies while sending: another one sends it again, under the same id', async () => {
    await write('ada');
    const reached = new Promise<void>((resolve) => {
      mails.smtp.beforeTaking = async () => {
        resolve();
        await new Promise(() => {});
      };
    });
    const dying = mails.system.subgraph.mailer.sendDue();
    await reached;
    const other = await mails.replica();
    const elsewhere = await SmtpServer.start();
    const successor = await mails.replica(elsewhere.mail);
    await other.subgraph.mailer.sendDue();
    successor.pass(2 * minutes);
    await successor.subgraph.mailer.sendDue();
    expect(recipients()).toEqual([]);
    expect(recipients(elsewhere)).toEqual(['ada@example.org']);
    expect(await mails.rows()).toMatchObject([{ attempts: 2, sent: true }]);
    await other.subgraph.stop();
    await successor.subgraph.stop();
    await elsewhere.stop();
    await mails.system.subgraph.stop();
    await dying;
    // That the first one failed does not undo it.
    expect(await mails.rows()).toMatchObject([{ attempts: 2, sent: true, failure: null }]);
  });

  test('when what causes it is rolled back, there was none', async () => {
    const { user } = await mails.person('ada');
    await mails.system.database.pool.query('alter table identity.inbox rename to gone');
    await expect(mails.tell({ kind: 'EVENT_CANCELED', userId: user.id, eventId })).rejects.toThrow();
    await mails.system.database.pool.query('alter table identity.gone rename to inbox');
    expect(await mails.rows()).toEqual([]);
  });

  test('a request for a reset outlives the process too', async () => {
    await mails.person('ada');
    await mails.system.client.data(requestPasswordReset, { username: 'ada' });
    const other = await mails.replica();
    await other.subgraph.services.beginPasswordResets();
    await other.subgraph.mailer.sendDue();
    expect(recipients()).toEqual(['ada@example.org']);
    await other.subgraph.stop();
  });
});

test('two replicas send each mail once', async () => {
  const usernames = Array.from({ length: 40 }, (_, index) => `user-${index}`);
  await write(...usernames);
  const other = await mails.replica();
  const work = async (system: typeof other) => {
    while (await system.subgraph.mailer.sendDue());
  };
  await Promise.all([work(mails.system), work(other)]);
  await other.subgraph.stop();
  expect(recipients()).toEqual(usernames.map((name) => `${name}@example.org`).sort());
  const rows = await mails.rows();
  expect(rows).toHaveLength(40);
  expect(rows.filter(({ sent, attempts }) => sent && attempts === 1)).toHaveLength(40);
});

test('a mail that another replica is just taking is left to it', async () => {
  await write('ada', 'ben');
  const other = await mails.system.database.pool.connect();
  await other.query('begin');
  await other.query(
    "update identity.mail set look_at = look_at + interval '2 minutes' where address = 'ada@example.org'",
  );
  const sending = sendDue();
  expect(await Promise.race([sending, waitForLock(mails.system.database)])).not.toBe('waiting');
  await other.query('commit');
  other.release();
  await sending;
  expect(recipients()).toEqual(['ben@example.org']);
});

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

test('a mail to be asked about waits until its owner answers', async () => {
  await mails.stop();
  let isAway = true;
  mails = await startMailSystem({
    lookup: async () => {
      if (isAway) throw new Error('away');
      return await lookup();
    },
  });
  await write('ada');
  await sendDue();
  expect(await mails.rows()).toMatchObject([{ sent: false, givenUp: false, failure: 'away' }]);
  isAway = false;
  mails.system.pass(30 * seconds);
  await sendDue();
  expect(recipients()).toEqual(['ada@example.org']);
});

test('a stop ends a sending that hangs, and the mail goes out later', async () => {
  await write('ada');
  const reached = new Promise<void>((resolve) => {
    mails.smtp.beforeTaking = async () => {
      resolve();
      await new Promise(() => {});
    };
  });
  const sending = mails.system.subgraph.mailer.sendDue();
  await reached;
  const started = Date.now();
  await mails.system.subgraph.stop();
  await sending;
  expect(Date.now() - started).toBeLessThan(5_000);
  expect(await mails.rows()).toMatchObject([{ sent: false, givenUp: false }]);
});

test('what was sent is known for 30 days, what was not for as long as it is tried', async () => {
  await write('ada');
  await sendDue();
  mails.system.pass(30 * days);
  await mails.system.subgraph.mailer.forgetOld();
  expect(await mails.rows()).toHaveLength(1);
  await write('ben');
  mails.system.pass(31 * days);
  await mails.system.subgraph.mailer.forgetOld();
  expect(await mails.rows()).toMatchObject([{ address: 'ben@example.org', sent: false }]);
});
