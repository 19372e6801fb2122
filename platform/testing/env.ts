import { EnvironmentReader, processEnvironment } from '../env.ts';

/** The PostgreSQL that jest's global setup started. */
export function testDatabaseServerUrl(): string {
  const url = new EnvironmentReader(processEnvironment()).optionalText('TEST_DATABASE_URL');
  if (url === undefined) throw new Error('TEST_DATABASE_URL is not set: run the tests by `npm test`.');
  return url;
}
