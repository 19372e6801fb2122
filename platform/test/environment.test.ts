import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ConfigurationError, EnvironmentReader, readCommonEnvironment, readTogether } from '../env.ts';
import { readNatsUrl } from '../facts/jetstream/env.ts';
import { readSigningSecret } from '../secrets.ts';
import { complaintOf } from '../testing/complaint.ts';

const reader = (source: Record<string, string>) => new EnvironmentReader(source);
const folder = () => mkdtempSync(join(tmpdir(), 'tixgo-test-'));

describe('a setting', () => {
  test.each([
    ['DATABASE_POOL_SIZE', 'many'],
    ['DATABASE_POOL_SIZE', '0'],
    ['DATABASE_POOL_SIZE', '1e3'],
    ['DATABASE_URL', 'mysql://x'],
    ['DATABASE_URL', 'not a url'],
    ['LOG_LEVEL', 'loud'],
    ['NODE_ENV', 'prod'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'grpc://collector'],
    ['OTEL_TRACES_SAMPLER_ARG', '2'],
    ['OTEL_TRACES_SAMPLER_ARG', 'half'],
  ])('%s=%s stops the boot with one line that names it', (name, value) => {
    const read = () => readCommonEnvironment(reader({ [name]: value }));
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(new RegExp(`^${name} [^\\n]*$`));
  });

  test('that is empty counts as not given', () => {
    expect(readCommonEnvironment(reader({ LOG_LEVEL: ' ', HOST: '' }))).toMatchObject({
      logLevel: 'info',
      host: '127.0.0.1',
    });
  });
});

describe('settings that are read together', () => {
  const production = { nodeEnv: 'production', dataDir: 'memory' } as const;
  const read = (source: Record<string, string>) =>
    readTogether({
      port: () => reader(source).port('PORT', 1),
      tokens: () =>
        readTogether({
          jwt: () => readSigningSecret(reader(source), 'JWT_SECRET', production),
          service: () => readSigningSecret(reader(source), 'SERVICE_SECRET', production),
        }),
      again: () => readSigningSecret(reader(source), 'JWT_SECRET', production),
    });

  test('stop the boot with one line that names all that are missing or wrong, each once', () => {
    expect(() => read({ PORT: 'many' })).toThrow(ConfigurationError);
    expect(() => read({ PORT: 'many' })).toThrow(
      /^PORT must [^\n]*; JWT_SECRET is required [^\n]*; SERVICE_SECRET is required [^\n]*$/,
    );
    const line = complaintOf(() => read({ PORT: 'many' }));
    expect(line.match(/JWT_SECRET is required/g)).toHaveLength(1);
  });

  test('are as they were read', () => {
    const [jwt, service] = ['j'.repeat(32), 's'.repeat(32)];
    const settings = read({ PORT: '2', JWT_SECRET: jwt, SERVICE_SECRET: service });
    expect(settings).toEqual({ port: 2, tokens: { jwt, service }, again: jwt });
  });

  test('let pass what is no mistake of a setting', () => {
    const broken = () => {
      throw new TypeError('broken');
    };
    expect(() => readTogether({ broken })).toThrow(TypeError);
  });
});

describe('a signing secret', () => {
  const development = { nodeEnv: 'development', dataDir: 'memory' } as const;

  test('is made once in development and kept where only its owner reads it', () => {
    const dataDir = folder();
    const settings = { nodeEnv: 'development', dataDir } as const;
    const secret = readSigningSecret(reader({}), 'JWT_SECRET', settings);
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(readSigningSecret(reader({}), 'JWT_SECRET', settings)).toBe(secret);
    expect(statSync(join(dataDir, 'secrets', 'JWT_SECRET')).mode & 0o777).toBe(0o600);
    expect(readSigningSecret(reader({}), 'SERVICE_SECRET', settings)).not.toBe(secret);
    expect(readFileSync(join(dataDir, 'secrets', 'JWT_SECRET'), 'utf8').trim()).toBe(secret);
  });

  test('is required in production', () => {
    const read = () => readSigningSecret(reader({}), 'JWT_SECRET', { ...development, nodeEnv: 'production' });
    expect(read).toThrow(/^JWT_SECRET is required in production[^\n]*$/);
  });

  test('must be long', () => {
    expect(() => readSigningSecret(reader({ JWT_SECRET: 'short' }), 'JWT_SECRET', development)).toThrow(
      /at least 32/,
    );
  });

  test('may come in a file', () => {
    const file = join(folder(), 'secret');
    writeFileSync(file, `${'x'.repeat(40)}\n`);
    expect(readSigningSecret(reader({ JWT_SECRET_FILE: file }), 'JWT_SECRET', development)).toBe(
      'x'.repeat(40),
    );
    expect(() =>
      readSigningSecret(reader({ JWT_SECRET_FILE: '/nowhere' }), 'JWT_SECRET', development),
    ).toThrow(/cannot be read/);
    const both = { JWT_SECRET: 'y'.repeat(40), JWT_SECRET_FILE: file };
    expect(() => readSigningSecret(reader(both), 'JWT_SECRET', development)).toThrow(/not both/);
  });

  test('with the URL of a broker may be in a file as well', () => {
    const file = join(folder(), 'url');
    writeFileSync(file, 'nats://one:word@a:4222, nats://one:word@b:4222\n');
    expect(readNatsUrl(reader({ NATS_URL_FILE: file }))).toBe(
      'nats://one:word@a:4222,nats://one:word@b:4222',
    );
  });
});
