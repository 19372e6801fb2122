import { createLog } from '@tixgo/platform/logging.ts';
import { runService } from '@tixgo/platform/run-service.ts';
import { readHostEnvironment } from './env.ts';
import { announce } from './host/announce.ts';
import { startHost } from './host/host.ts';

await runService(async () => {
  const environment = readHostEnvironment();
  const log = createLog(environment.common.logLevel);
  const host = await startHost(environment, log);
  announce(environment, host, log);
  return host;
});
