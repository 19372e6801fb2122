import {
  ConfigurationError,
  EnvironmentReader,
  type EnvironmentSource,
  processEnvironment,
  readCommonEnvironment,
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
  const own = `${service.toUpperCase()}_DATABASE_URL`;
  const url =
    reader.optionalUrl(own, ['postgres:', 'postgresql:']) ?? readCommonEnvironment(reader).databaseUrl;
  if (url === undefined)
    throw new ConfigurationError(`${own} or DATABASE_URL must name the database of ${service}.`);
  return url;
}
