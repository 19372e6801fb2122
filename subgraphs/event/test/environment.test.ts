import { describe, expect, test } from '@jest/globals';
import { complaintOf } from '@tixgo/platform/testing/complaint.ts';
import { readEventProcess } from '../env.ts';

const secret = 's'.repeat(32);
const read = (variables: Record<string, string> = {}) =>
  readEventProcess({
    DATA_DIR: 'memory',
    NATS_URL: 'nats://broker:4222',
    SERVICE_SECRET: secret,
    ...variables,
  });

const complaint = (variables: Record<string, string>) => complaintOf(() => read(variables));

describe('the environment of event', () => {
  test('in development needs nothing', () => {
    expect(read()).toMatchObject({ port: 8000, common: { databaseUrl: undefined }, serviceSecret: secret });
    expect(readEventProcess({ DATA_DIR: 'memory', NATS_URL: 'nats://broker:4222' }).serviceSecret).toMatch(
      /^[0-9a-f]{64}$/,
    );
  });

  test('in production needs the secret that signs calls between services', () => {
    expect(complaint({ NODE_ENV: 'production', SERVICE_SECRET: '' })).toContain('SERVICE_SECRET');
    expect(read({ NODE_ENV: 'production' }).serviceSecret).toBe(secret);
  });

  test('may give this service a database of its own', () => {
    const [all, own] = ['postgres://db/all', 'postgresql://db/own'];
    expect(read({ DATABASE_URL: all }).common.databaseUrl).toBe(all);
    expect(read({ DATABASE_URL: all, EVENT_DATABASE_URL: own }).common.databaseUrl).toBe(own);
  });

  test('names the broker that carries its facts', () => {
    expect(read({ NATS_URL: 'nats://a:4222,tls://b' }).natsUrl).toBe('nats://a:4222,tls://b');
    expect(complaint({ NATS_URL: '' })).toContain('NATS_URL is required where event runs by itself');
  });

  test.each([
    ['NATS_URL', { NATS_URL: 'redis://broker' }],
    ['EVENT_PORT', { EVENT_PORT: '99999' }],
    ['EVENT_PORT', { EVENT_PORT: 'http' }],
    ['EVENT_DATABASE_URL', { EVENT_DATABASE_URL: 'mysql://db/all' }],
    ['DATABASE_URL', { DATABASE_URL: 'somewhere' }],
    ['SERVICE_SECRET', { SERVICE_SECRET: 'short' }],
    ['LOG_LEVEL', { LOG_LEVEL: 'loud' }],
  ] as [string, Record<string, string>][])('%s is refused in %j', (variable, variables) => {
    expect(complaint(variables)).toContain(variable);
  });
});
