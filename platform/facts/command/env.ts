import {
  ConfigurationError,
  EnvironmentReader,
  type EnvironmentSource,
  processEnvironment,
  readCommonEnvironment,
  readOwnDatabase,
} from '../../env.ts';
import { readNatsUrl } from '../jetstream/env.ts';

/** @throws ConfigurationError */
export function readBrokerUrl(source: EnvironmentSource = processEnvironment()): string {
  const url = readNatsUrl(new EnvironmentReader(source));
  if (url === undefined)
    throw new ConfigurationError('NATS_URL must name the broker that keeps the dead letters.');
  return url;
}

/** The service's own database, or the one for all. @throws ConfigurationError */
export function readOutboxUrl(service: string, source: EnvironmentSource = processEnvironment()): string {
  const reader = new EnvironmentReader(source);
  const common = readCommonEnvironment(reader);
  const { databaseUrl } = readOwnDatabase(reader, service, common) ?? common;
  if (databaseUrl !== undefined) return databaseUrl;
  throw new ConfigurationError(
    `${service.toUpperCase()}_DATABASE_URL or DATABASE_URL must name the database of ${service}.`,
  );
}
