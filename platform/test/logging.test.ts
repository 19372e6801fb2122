import { expect, test } from '@jest/globals';
import { DrizzleQueryError } from 'drizzle-orm';
import { createLog, type Log } from '../logging.ts';

const written = (work: (log: Log) => void): string => {
  const lines: string[] = [];
  work(createLog('info', { write: (line) => void lines.push(line) }));
  return lines.join();
};

test('secrets are not written to the log', () => {
  const line = written((log) => {
    log.info(
      { password: 'p1', request: { authorization: 'Bearer p2', user: { refreshToken: 'p3' } }, name: 'ada' },
      'hello',
    );
  });
  expect(line).not.toMatch(/p1|p2|p3/);
  expect(JSON.parse(line)).toMatchObject({ name: 'ada', password: '[redacted]', msg: 'hello' });
});

test('nor are the parameters of a statement that failed', () => {
  const cause = new Error('duplicate key');
  const error = new DrizzleQueryError('insert into users values ($1)', ['hash-of-ada'], cause);
  const line = written((log) => log.error({ err: error }, 'oh'));
  expect(line).not.toContain('hash-of-ada');
  expect(line).toContain('insert into users');
  expect(line).toContain('duplicate key');
});
