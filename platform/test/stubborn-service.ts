import { runService } from '../run-service.ts';

/** A service that cannot close what it has, as when a disk hangs. */
await runService(async () => {
  const keepsRunning = setInterval(() => {}, 1_000);
  process.stdout.write('serves\n');
  return { stop: () => new Promise(() => keepsRunning.ref()) };
}, 300);
