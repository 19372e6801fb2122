import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { EnvironmentReader, readCommonEnvironment } from '@tixgo/platform/env.ts';
import { complaintOf } from '@tixgo/platform/testing/complaint.ts';
import { readIdentityEnvironment } from '../env.ts';

const secret = 's'.repeat(32);
const read = (variables: Record<string, string> = {}) => {
  const reader = new EnvironmentReader({ DATA_DIR: 'memory', JWT_SECRET: secret, ...variables });
  return readIdentityEnvironment(reader, readCommonEnvironment(reader));
};
const production = { NODE_ENV: 'production', HOST: '0.0.0.0' };

const complaint = (variables: Record<string, string>) => complaintOf(() => read(variables));

describe('the environment of identity', () => {
  test('in development needs nothing', () => {
    expect(read()).toEqual({
      port: 18081,
      tokens: { secret, algorithm: 'HS256', lifetimeMinutes: 120 },
      explorer: true,
      firstAdmin: { username: 'admin', password: 'admin123' },
      isReachableFromOutside: false,
      registrationRoles: ['USER', 'COMMITTEE'],
      publicUrl: 'http://localhost:18081',
      corsOrigins: [],
      limits: { perAddress: 60_000, perViewer: 60_000 },
      maxDelay: 0,
      deadline: 10_000,
      bodyLimit: 262_144,
      registrationLimit: 60_000,
      trustProxy: false,
      mail: {
        smtp: undefined,
        from: { name: 'TixGo', address: 'tixgo@localhost' },
        folder: undefined,
        portalUrl: 'http://localhost:18082',
      },
      bcryptCost: 12,
    });
  });

  test('in production is strict: no default ADMIN, people register as USER', () => {
    expect(read(production)).toMatchObject({
      firstAdmin: undefined,
      registrationRoles: ['USER'],
      registrationLimit: 100,
      isReachableFromOutside: true,
    });
    expect(complaint({ ...production, JWT_SECRET: '' })).toContain('JWT_SECRET');
  });

  test('tells of all that is missing at once', () => {
    const variables = { ...production, JWT_SECRET: '', ADMIN_USERNAME: 'root', SMTP_URL: 'smtp://mail' };
    expect(complaint(variables)).toMatch(
      /^JWT_SECRET is required .*; ADMIN_PASSWORD is required .*; MAIL_FROM is required /,
    );
  });

  test('admin123 serves on this machine only', () => {
    for (const HOST of ['0.0.0.0', '::', '192.0.2.1', 'tickets.example.org', '127.example.org']) {
      expect(complaint({ HOST })).toMatch(/ADMIN_PASSWORD: admin123/);
      expect(
        complaint({ HOST, NODE_ENV: 'production', ADMIN_USERNAME: 'admin', ADMIN_PASSWORD: 'admin123' }),
      ).toMatch(/admin123/);
      expect(read({ HOST, ADMIN_PASSWORD: 'a good password' })).toMatchObject({
        isReachableFromOutside: true,
      });
    }
    for (const HOST of ['127.0.0.1', '127.0.1.1', 'localhost', '::1']) {
      expect(read({ HOST }).firstAdmin?.password).toBe('admin123');
    }
  });

  test('admin123 does not serve in production, where a proxy may stand before this machine', () => {
    for (const HOST of ['127.0.0.1', 'localhost', '::1']) {
      const variables = { HOST, NODE_ENV: 'production' };
      expect(complaint({ ...variables, ADMIN_USERNAME: 'root', ADMIN_PASSWORD: 'admin123' })).toMatch(
        /ADMIN_PASSWORD: admin123/,
      );
      expect(read(variables).isReachableFromOutside).toBe(true);
    }
  });

  test('the ADMIN’s password may come by file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tixgo-env-'));
    try {
      writeFileSync(join(folder, 'password'), 'from a file\n');
      const variables = {
        ...production,
        ADMIN_USERNAME: 'root',
        ADMIN_PASSWORD_FILE: join(folder, 'password'),
      };
      expect(read(variables).firstAdmin).toEqual({ username: 'root', password: 'from a file' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each([
    ['JWT_SECRET', { JWT_SECRET: 'short' }],
    ['JWT_ALG', { JWT_ALG: 'none' }],
    ['JWT_ALG', { JWT_ALG: 'RS256' }],
    ['TOKEN_EXPIRE_MINUTES', { TOKEN_EXPIRE_MINUTES: '0' }],
    ['TOKEN_EXPIRE_MINUTES', { TOKEN_EXPIRE_MINUTES: '10081' }],
    ['TOKEN_EXPIRE_MINUTES', { TOKEN_EXPIRE_MINUTES: '2h' }],
    ['IDENTITY_PORT', { IDENTITY_PORT: '99999' }],
    ['BCRYPT_COST', { BCRYPT_COST: '3' }],
    ['BCRYPT_COST', { BCRYPT_COST: '16' }],
    ['REGISTRATION_ROLES', { REGISTRATION_ROLES: 'USER,ADMIN' }],
    ['REGISTRATION_ROLES', { REGISTRATION_ROLES: 'SCANNER' }],
    ['ADMIN_PASSWORD', { ADMIN_PASSWORD: 'short' }],
    ['ADMIN_PASSWORD', { ADMIN_PASSWORD: 'x'.repeat(73) }],
    ['ADMIN_USERNAME', { ADMIN_USERNAME: 'ab' }],
    ['ADMIN_PASSWORD', { ...production, ADMIN_USERNAME: 'root' }],
    ['ADMIN_USERNAME', { ...production, ADMIN_PASSWORD: 'a good password' }],
  ] as [string, Record<string, string>][])('%s is refused in %j', (variable, variables) => {
    expect(complaint(variables)).toContain(variable);
  });
});
