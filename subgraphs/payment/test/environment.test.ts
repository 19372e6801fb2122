import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { ConfigurationError } from '@tixgo/platform/env.ts';
import { newId } from '@tixgo/platform/ids.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import { readPaymentProcess } from '../env.ts';
import { PaymentSystem } from './payment-system.ts';

const secret = 's'.repeat(32);
const read = (variables: Record<string, string> = {}) =>
  readPaymentProcess({
    DATA_DIR: 'memory',
    NATS_URL: 'nats://broker:4222',
    SERVICE_SECRET: secret,
    ...variables,
  });
const stripe = {
  PAYMENT_PROVIDER: 'stripe',
  STRIPE_SECRET_KEY: 'sk_test_1',
  STRIPE_WEBHOOK_SECRET: 'whsec_1',
};

describe('the environment of payment', () => {
  test('in development needs nothing', () => {
    expect(readPaymentProcess({ DATA_DIR: 'memory', NATS_URL: 'nats://broker:4222' })).toMatchObject({
      payment: { port: 8002, provider: { kind: 'sandbox', isProduction: false } },
      common: { databaseUrl: undefined },
    });
  });

  test.each(['', ' '])('in production must name who moves the money: %j', (PAYMENT_PROVIDER) => {
    expect(() => read({ NODE_ENV: 'production', PAYMENT_PROVIDER })).toThrow(
      new ConfigurationError(
        'PAYMENT_PROVIDER is required in production: stripe, or sandbox to sell without moving money',
      ),
    );
  });

  test('tells of all that is missing in one line', () => {
    const provider = { PAYMENT_PROVIDER: 'stripe' };
    expect(() => read({ NODE_ENV: 'production', SERVICE_SECRET: '', NATS_URL: '', ...provider })).toThrow(
      /^STRIPE_SECRET_KEY [^\n]*; STRIPE_WEBHOOK_SECRET [^\n]*; SERVICE_SECRET [^\n]*; NATS_URL [^\n]*$/,
    );
  });

  test('in production may name the sandbox', () => {
    expect(read({ NODE_ENV: 'production', PAYMENT_PROVIDER: 'sandbox' }).payment.provider).toEqual({
      kind: 'sandbox',
      isProduction: true,
    });
    expect(read({ NODE_ENV: 'production', ...stripe }).payment.provider).toMatchObject({ kind: 'stripe' });
  });

  test('names a provider and what it takes', () => {
    expect(read(stripe).payment.provider).toEqual({
      kind: 'stripe',
      secretKey: 'sk_test_1',
      webhookSecret: 'whsec_1',
      apiBase: undefined,
    });
    const apiBase = 'http://127.0.0.1:12111';
    expect(read({ ...stripe, STRIPE_API_BASE: apiBase }).payment.provider).toMatchObject({ apiBase });
  });

  test('takes secrets from files', () => {
    const file = join(tmpdir(), newId());
    writeFileSync(file, 'sk_from_file\n');
    const { STRIPE_SECRET_KEY: _inline, ...rest } = stripe;
    expect(read({ ...rest, STRIPE_SECRET_KEY_FILE: file }).payment.provider).toMatchObject({
      secretKey: 'sk_from_file',
    });
  });

  test('may give this service a database of its own', () => {
    const [all, own] = ['postgres://db/all', 'postgresql://db/own'];
    expect(read({ DATABASE_URL: all }).common.databaseUrl).toBe(all);
    expect(read({ DATABASE_URL: all, PAYMENT_DATABASE_URL: own }).common.databaseUrl).toBe(own);
  });

  test.each([
    ['PAYMENT_PORT', { PAYMENT_PORT: '99999' }],
    ['PAYMENT_PROVIDER', { PAYMENT_PROVIDER: 'paypal' }],
    ['STRIPE_SECRET_KEY', { ...stripe, STRIPE_SECRET_KEY: '' }],
    ['STRIPE_WEBHOOK_SECRET', { ...stripe, STRIPE_WEBHOOK_SECRET: '' }],
    ['STRIPE_API_BASE', { ...stripe, STRIPE_API_BASE: 'somewhere' }],
    ['PAYMENT_DATABASE_URL', { PAYMENT_DATABASE_URL: 'mysql://db/all' }],
    ['SERVICE_SECRET', { NODE_ENV: 'production', PAYMENT_PROVIDER: 'sandbox', SERVICE_SECRET: '' }],
  ] as [string, Record<string, string>][])('%s is refused in %j', (variable, variables) => {
    expect(() => read(variables)).toThrow(ConfigurationError);
    expect(() => read(variables)).toThrow(new RegExp(`^${variable}[^\\n]*$`));
  });

  test.each([
    [true, 1],
    [false, 0],
  ])('with the sandbox in production (%s) warns at the start', async (isProduction, warnings) => {
    const lines: string[] = [];
    const destination = new Writable({
      write: (chunk, _encoding, done) => {
        lines.push(String(chunk));
        done();
      },
    });
    const settings = { kind: 'sandbox', isProduction } as const;
    const system = await PaymentSystem.start({ settings, log: createLog('warn', destination) });
    expect(lines.filter((line) => line.includes('payments move no money'))).toHaveLength(warnings);
    await system.stop();
  });
});
