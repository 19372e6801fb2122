import {
  type CommonEnvironment,
  EnvironmentReader,
  processEnvironment,
  readCommonEnvironment,
} from '@tixgo/platform/env.ts';
import { readSigningSecret } from '@tixgo/platform/secrets.ts';

export interface EventEnvironment {
  readonly common: CommonEnvironment;
  readonly port: number;
  readonly databaseUrl: string | undefined;
  readonly serviceSecret: string;
}

/** @throws ConfigurationError */
export function readEventEnvironment(source = processEnvironment()): EventEnvironment {
  const reader = new EnvironmentReader(source);
  const common = readCommonEnvironment(reader);
  return {
    common,
    port: reader.port('EVENT_PORT', 8000),
    databaseUrl: reader.optionalUrl('EVENT_DATABASE_URL', ['postgres:', 'postgresql:']) ?? common.databaseUrl,
    serviceSecret: readSigningSecret(reader, 'SERVICE_SECRET', common),
  };
}
