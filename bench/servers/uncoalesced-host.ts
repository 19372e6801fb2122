import { readHostEnvironment } from '@tixgo/attendance/env.ts';
import { startHost } from '@tixgo/attendance/host/host.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import { runService } from '@tixgo/platform/run-service.ts';

/** The attendance host as it is shipped, but for one thing: every scan and every reservation is a transaction of its own. */
await runService(async () => {
  const environment = readHostEnvironment();
  return await startHost(environment, createLog(environment.common.logLevel), {
    coalesceScans: false,
    coalesceReservations: false,
  });
});
