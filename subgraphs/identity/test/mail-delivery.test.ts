import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { days, minutes, seconds, waitForLock } from './identity-system.ts';
import { knownEvent, MailSystem, requestPasswordReset } from './mail-system.ts';
import { SmtpServer } from './smtp-server.ts';

let mails: MailSystem;
beforeEach(async () => {
  mails = await MailSystem.start();
});
afterEach(() => mails.stop());

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
  await mails.writeTo('ada');
  await mails.sendDue();
  const [mail] = mails.smtp.received;
  const { rows } = await mails.system.database.pool.query('select id from identity.mail');
  expect(mail?.header('Message-ID')).toBe(`<${rows[0].id}@example.org>`);
  expect(mail?.header('Auto-Submitted')).toBe('auto-generated');
  expect(mail?.header('To')).toBe('ada@example.org');
});

test('an address is one recipient, whatever it looks like', async () => {
  const odd = `a'b+c@example.org`;
  const { user } = await mails.person('odd', odd);
  await mails.tellCanceled(user.id);
  await mails.sendDue();
  expect(mails.smtp.recipients).toEqual([odd]);
});

describe('no mail is lost', () => {
  test('when the process dies between writing and sending', async () => {
    await mails.writeTo('ada', 'ben');
    const other = await mails.replica();
    await other.subgraph.mailer.sendDue();
    expect(mails.smtp.recipients).toEqual(['ada@example.org', 'ben@example.org']);
  });

  test('when it dies while sending: another one sends it again, under the same id', async () => {
    await mails.writeTo('ada');
    const reached = mails.smtp.hang();
    const dying = mails.system.subgraph.mailer.sendDue();
    await reached;
    const other = await mails.replica();
    const elsewhere = await SmtpServer.start();
    const successor = await mails.replica(elsewhere.mail);
    await other.subgraph.mailer.sendDue();
    successor.pass(2 * minutes);
    await successor.subgraph.mailer.sendDue();
    expect(mails.smtp.recipients).toEqual([]);
    expect(elsewhere.recipients).toEqual(['ada@example.org']);
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
    await expect(mails.tellCanceled(user.id)).rejects.toThrow();
    await mails.system.database.pool.query('alter table identity.gone rename to inbox');
    expect(await mails.rows()).toEqual([]);
  });

  test('a request for a reset outlives the process too', async () => {
    await mails.person('ada');
    await mails.system.client.data(requestPasswordReset, { username: 'ada' });
    const other = await mails.replica();
    await other.subgraph.services.beginNextReset();
    await other.subgraph.mailer.sendDue();
    expect(mails.smtp.recipients).toEqual(['ada@example.org']);
    await other.subgraph.stop();
  });
});

test('two replicas send each mail once', async () => {
  const usernames = Array.from({ length: 40 }, (_, index) => `user-${index}`);
  await mails.writeTo(...usernames);
  const other = await mails.replica();
  const work = async (system: typeof other) => {
    while (await system.subgraph.mailer.sendDue());
  };
  await Promise.all([work(mails.system), work(other)]);
  await other.subgraph.stop();
  expect(mails.smtp.recipients).toEqual(usernames.map((name) => `${name}@example.org`).sort());
  const rows = await mails.rows();
  expect(rows).toHaveLength(40);
  expect(rows.filter(({ sent, attempts }) => sent && attempts === 1)).toHaveLength(40);
});

test('a mail that another replica is just taking is left to it', async () => {
  await mails.writeTo('ada', 'ben');
  const other = await mails.system.database.pool.connect();
  await other.query('begin');
  await other.query(
    "update identity.mail set look_at = look_at + interval '2 minutes' where address = 'ada@example.org'",
  );
  const sending = mails.sendDue();
  expect(await Promise.race([sending, waitForLock(mails.system.database)])).not.toBe('waiting');
  await other.query('commit');
  other.release();
  await sending;
  expect(mails.smtp.recipients).toEqual(['ben@example.org']);
});

test('a mail to be asked about waits until its owner answers', async () => {
  await mails.stop();
  let isAway = true;
  mails = await MailSystem.start({
    lookup: async () => {
      if (isAway) throw new Error('away');
      return await knownEvent();
    },
  });
  await mails.writeTo('ada');
  await mails.sendDue();
  expect(await mails.rows()).toMatchObject([{ sent: false, givenUp: false, failure: 'away' }]);
  isAway = false;
  mails.system.pass(30 * seconds);
  await mails.sendDue();
  expect(mails.smtp.recipients).toEqual(['ada@example.org']);
});

test('a stop ends a sending that hangs, and the mail goes out later', async () => {
  await mails.writeTo('ada');
  const reached = mails.smtp.hang();
  const sending = mails.system.subgraph.mailer.sendDue();
  await reached;
  const started = Date.now();
  await mails.system.subgraph.stop();
  await sending;
  expect(Date.now() - started).toBeLessThan(5_000);
  expect(await mails.rows()).toMatchObject([{ sent: false, givenUp: false }]);
});

test('what was sent is known for 30 days, what was not for as long as it is tried', async () => {
  await mails.writeTo('ada');
  await mails.sendDue();
  mails.system.pass(30 * days);
  await mails.system.subgraph.mailer.forgetOld();
  expect(await mails.rows()).toHaveLength(1);
  await mails.writeTo('ben');
  mails.system.pass(31 * days);
  await mails.system.subgraph.mailer.forgetOld();
  expect(await mails.rows()).toMatchObject([{ address: 'ben@example.org', sent: false }]);
});
