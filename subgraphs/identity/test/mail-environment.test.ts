import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { EnvironmentReader, readCommonEnvironment } from '@tixgo/platform/env.ts';
import { complaintOf } from '@tixgo/platform/testing/complaint.ts';
import { readIdentityEnvironment } from '../env.ts';

const read = (variables: Record<string, string> = {}) => {
  const reader = new EnvironmentReader({ DATA_DIR: 'memory', JWT_SECRET: 's'.repeat(32), ...variables });
  return readIdentityEnvironment(reader, readCommonEnvironment(reader)).mail;
};
const MAIL_FROM = 'TixGo <tickets@example.org>';
const smtp = (SMTP_URL: string) => read({ SMTP_URL, MAIL_FROM }).smtp;
const complaint = (variables: Record<string, string>) => complaintOf(() => read(variables));

describe('the settings of mails', () => {
  test('name the SMTP server and how to speak to it', () => {
    expect(smtp('smtps://mail.example.org')).toEqual({
      host: 'mail.example.org',
      port: 465,
      secure: true,
      requireTLS: false,
      auth: undefined,
    });
    expect(smtp('smtp://[::1]:2525')).toMatchObject({ host: '::1', port: 2525, secure: false });
    expect(smtp('smtp://mail.example.org')).toMatchObject({ port: 587, requireTLS: false });
  });

  test('let a password be sent by TLS only, but on this machine', () => {
    expect(smtp('smtp://me%40example.org:p%2Fw@mail.example.org')).toMatchObject({
      requireTLS: true,
      auth: { user: 'me@example.org', pass: 'p/w' },
    });
    expect(smtp('smtp://me:pw@127.0.0.1')).toMatchObject({ requireTLS: false });
  });

  test('may come by file, as they may have a password', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tixgo-env-'));
    try {
      writeFileSync(join(folder, 'url'), 'smtps://me:pw@mail.example.org\n');
      expect(read({ SMTP_URL_FILE: join(folder, 'url'), MAIL_FROM }).smtp?.auth?.pass).toBe('pw');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('name the sender', () => {
    expect(read({ MAIL_FROM }).from).toEqual({ name: 'TixGo', address: 'tickets@example.org' });
    expect(read({ MAIL_FROM: 'tickets@example.org' }).from).toEqual({
      name: '',
      address: 'tickets@example.org',
    });
  });

  test('without SMTP keep mails with the data', () => {
    expect(read({ DATA_DIR: join(tmpdir(), 'x') }).folder).toBe(join(tmpdir(), 'x', 'mail'));
    expect(read().folder).toBeUndefined();
  });

  test('lead links to where people use the system', () => {
    expect(read({ PUBLIC_URL: 'https://tickets.example.org' }).portalUrl).toBe('https://tickets.example.org');
    expect(read({ PUBLIC_URL: 'https://example.org/tickets/' }).portalUrl).toBe(
      'https://example.org/tickets',
    );
    expect(read({ ATTENDANCE_PORT: '9000' }).portalUrl).toBe('http://localhost:9000');
  });

  test.each([
    ['MAIL_FROM', { SMTP_URL: 'smtp://localhost' }],
    ['MAIL_FROM', { MAIL_FROM: 'nobody' }],
    ['MAIL_FROM', { MAIL_FROM: 'A <a@example.org>, B <b@example.org>' }],
    ['SMTP_URL', { MAIL_FROM, SMTP_URL: 'mail.example.org' }],
    ['SMTP_URL', { MAIL_FROM, SMTP_URL: 'https://mail.example.org' }],
    ['SMTP_URL', { MAIL_FROM, SMTP_URL: 'smtp://me:hidden%@mail.example.org' }],
    ['SMTP_URL', { MAIL_FROM, SMTP_URL: 'smtp:' }],
  ] as [string, Record<string, string>][])('%s is refused in %j', (variable, variables) => {
    const message = complaint(variables);
    expect(message).toMatch(new RegExp(`^${variable} [^\n]*$`));
    expect(message).not.toContain('hidden');
  });
});
