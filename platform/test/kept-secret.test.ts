import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, test } from '@jest/globals';
import { ConfigurationError } from '../env.ts';
import { readKeptSecret } from '../secrets.ts';

const root = mkdtempSync(join(tmpdir(), 'tixgo-test-'));
afterAll(() => rmSync(root, { recursive: true }));

const folder = () => mkdtempSync(join(root, 'data-'));
const permissions = (path: string) => statSync(path).mode & 0o777;
let made = 0;
const make = () => `secret ${++made}`;

describe('a kept secret', () => {
  test('is made once and stays the same', () => {
    const dataDir = folder();
    const before = made;
    const secret = readKeptSecret(dataDir, 'KEY', make);
    expect(secret).toBe(`secret ${before + 1}`);
    expect(readKeptSecret(dataDir, 'KEY', make)).toBe(secret);
    expect(made).toBe(before + 1);
  });

  test('is one for each name and folder', () => {
    const [one, two] = [folder(), folder()];
    const secrets = [
      readKeptSecret(one, 'KEY', make),
      readKeptSecret(one, 'OTHER_KEY', make),
      readKeptSecret(two, 'KEY', make),
    ];
    expect(new Set(secrets).size).toBe(3);
  });

  test('is for its owner only, and nothing else is left in the folder', () => {
    const dataDir = join(folder(), 'new', 'data');
    const secret = readKeptSecret(dataDir, 'KEY', make);
    expect(permissions(join(dataDir, 'secrets'))).toBe(0o700);
    expect(permissions(join(dataDir, 'secrets', 'KEY'))).toBe(0o600);
    expect(readFileSync(join(dataDir, 'secrets', 'KEY'), 'utf8')).toBe(`${secret}\n`);
    expect(readdirSync(join(dataDir, 'secrets'))).toEqual(['KEY']);
  });

  test('that somebody placed there is taken, without the line feed behind it', () => {
    const dataDir = folder();
    mkdirSync(join(dataDir, 'secrets'));
    writeFileSync(join(dataDir, 'secrets', 'KEY'), ' by hand\r\n');
    expect(readKeptSecret(dataDir, 'KEY', make)).toBe('by hand');
    expect(readFileSync(join(dataDir, 'secrets', 'KEY'), 'utf8')).toBe(' by hand\r\n');
  });

  test('ends with the process when there is no folder', () => {
    expect(readKeptSecret('memory', 'KEY', make)).not.toBe(readKeptSecret('memory', 'KEY', make));
    expect(() => statSync('memory')).toThrow('ENOENT');
  });
});

describe('a folder that cannot keep a secret', () => {
  const file = join(root, 'a-file');
  writeFileSync(file, '');
  const occupied = folder();
  writeFileSync(join(occupied, 'secrets'), '');
  const blocked = folder();
  mkdirSync(join(blocked, 'secrets', 'KEY'), { recursive: true });
  test.each([
    ['is a file', file],
    ['is within a file', join(file, 'data')],
    ['has a file where its secrets go', occupied],
    ['has a folder where the secret goes', blocked],
    ['has no name that a folder can have', 'a\u0000b'],
  ])('since it %s stops the boot with one line', (_what, dataDir) => {
    const read = () => readKeptSecret(dataDir, 'KEY', make);
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(/^DATA_DIR: the folder [^\n]* cannot be written; give one that can\.$/);
  });
});

describe('of processes that start at once', () => {
  /** Long, so that one of them comes while another writes. */
  const length = 20_000_000;

  /** A process that is about to read the secret, and does so when it is told to. */
  const reader = async (dataDir: string, letter: string) => {
    const script = `
      import { readSync } from 'node:fs';
      import { readKeptSecret } from ${JSON.stringify(new URL('../secrets.ts', import.meta.url).href)};
      console.log('ready');
      readSync(0, Buffer.alloc(1));
      const secret = readKeptSecret(${JSON.stringify(dataDir)}, 'KEY', () => '${letter}'.repeat(${length}));
      console.log(secret[0], secret.length, new Set(secret.slice(0, 100)).size);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    expect((await lines.next()).value).toBe('ready');
    return async () => {
      child.stdin.end('!');
      return String((await lines.next()).value);
    };
  };

  test('all have the same secret, and all of it', async () => {
    const dataDir = folder();
    const readers = await Promise.all(['a', 'b', 'c'].map((letter) => reader(dataDir, letter)));
    const read = await Promise.all(readers.map((each) => each()));
    expect(new Set(read).size).toBe(1);
    expect(read[0]).toMatch(new RegExp(`^[abc] ${length} 1$`));
    expect(readdirSync(join(dataDir, 'secrets'))).toEqual(['KEY']);
  });
});
