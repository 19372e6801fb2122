import { randomInt } from 'node:crypto';
import { EnvironmentReader, processEnvironment } from '../env.ts';

/** A PostgreSQL that was there before the tests, such as one of another version; its user may do everything. */
export function givenDatabaseServerUrl(): string | undefined {
  return new EnvironmentReader(processEnvironment()).optionalText('TEST_DATABASE_URL');
}

/** The one that was given, or the one that jest's global setup started. */
export function testDatabaseServerUrl(): string {
  const url = givenDatabaseServerUrl();
  if (url === undefined) throw new Error('TEST_DATABASE_URL is not set: run the tests by `npm test`.');
  return url;
}

/** For the processes that jest starts, which inherit it. */
export function setTestDatabaseServerUrl(url: string): void {
  process.env.TEST_DATABASE_URL = url;
}

/** The broker's program: that of the path, or another version. */
export function natsServerProgram(): string {
  return new EnvironmentReader(processEnvironment()).text('NATS_SERVER', 'nats-server');
}

/** Whether property and fault tests run their full number of rounds, as by `npm run nightly`. */
export function isNightly(): boolean {
  return new EnvironmentReader(processEnvironment()).flag('NIGHTLY', false);
}

const mostSeeds = 2 ** 31 - 1;

/** What a random test starts from: the same by day, a new one every night, or the one to repeat, by `SEED`. */
export function testSeed(byDay = 1): number {
  const fallback = isNightly() ? randomInt(mostSeeds) : byDay;
  return new EnvironmentReader(processEnvironment()).integer('SEED', fallback, { min: 0, max: mostSeeds });
}
