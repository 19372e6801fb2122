import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { seconds, testEnvironment } from './identity-system.ts';
import { MailSystem, tokenIn } from './mail-system.ts';
import { ReceivedMail } from './received-mail.ts';

let data: string;
let folder: string;
let mails: MailSystem;
const start = async (given: string | undefined) =>
  await MailSystem.start({ mail: { ...testEnvironment.mail, folder: given } });
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'tixgo-test-'));
  folder = join(data, 'mail');
});
afterEach(async () => {
  await mails.stop();
  rmSync(data, { recursive: true });
});

const writeReset = async () => {
  await mails.person('ada');
  await mails.requestReset('ada');
  await mails.sendDue();
};
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

test('without SMTP a mail is a whole file that nobody else reads, and the log says so at the start', async () => {
  mails = await start(folder);
  mails.system.subgraph.start();
  expect(mails.logged.map(({ msg }) => msg)).toEqual([
    `SMTP_URL is not set: mails are not sent, but written as files to ${folder}.`,
  ]);
  await writeReset();
  const { rows } = await mails.system.database.pool.query('select id from identity.mail');
  const name = `20260301T120000000Z-password-reset-${rows[0].id}.eml`;
  expect(readdirSync(folder)).toEqual([name]);
  expect(modeOf(folder)).toBe('700');
  expect(modeOf(join(folder, name))).toBe('600');
  const mail = new ReceivedMail(readFileSync(join(folder, name), 'utf8'));
  expect(mail.header('To')).toBe('ada@example.org');
  expect(mail.html).toContain(tokenIn(mail.text));
  expect(await mails.rows()).toMatchObject([{ sent: true }]);
});

test('a mail that is written again is one file', async () => {
  mails = await start(folder);
  await writeReset();
  await mails.system.database.pool.query('update identity.mail set sent_at = null, look_at = created_at');
  mails.system.pass(30 * seconds);
  await mails.sendDue();
  expect(await mails.rows()).toMatchObject([{ attempts: 2, sent: true }]);
  expect(readdirSync(folder)).toHaveLength(1);
});

test('a folder that cannot be written is tried again', async () => {
  mails = await start(folder);
  writeFileSync(folder, 'in the way');
  await writeReset();
  expect(await mails.rows()).toMatchObject([{ sent: false, failure: expect.stringContaining('EEXIST') }]);
  rmSync(folder);
  mails.system.pass(30 * seconds);
  await mails.sendDue();
  expect(readdirSync(folder)).toHaveLength(1);
});

test('where nothing is to be kept, mails go to a temporary folder that the log names', async () => {
  mails = await start(undefined);
  mails.system.subgraph.start();
  expect(mails.logged.at(-1)?.msg).toContain('a temporary folder, which the log names with the first');
  await writeReset();
  const temporary = /^Mails are written to (.*)\.$/.exec(String(mails.logged.at(-1)?.msg))?.[1] ?? '';
  expect(readdirSync(temporary)).toHaveLength(1);
  expect(modeOf(temporary)).toBe('700');
  rmSync(temporary, { recursive: true });
});
