import type { DatabaseServer } from '@tixgo/platform/database/database.ts';
import { createHttpService, type HttpService } from '@tixgo/platform/http/http-service.ts';
import type { Log } from '@tixgo/platform/logging.ts';

export interface IdentityHttpDependencies {
  readonly database: DatabaseServer;
  readonly log: Log;
}

/** The public listener of identity, in a process of its own or beside the attendance host's. */
export function identityHttpService({ database, log }: IdentityHttpDependencies): HttpService {
  return createHttpService({ name: 'identity-service', log, isReady: () => database.isReachable() });
}
