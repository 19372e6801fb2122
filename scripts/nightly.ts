import { spawnSync } from 'node:child_process';
import { processEnvironment } from '../platform/env.ts';

/** The whole suite with `NIGHTLY` set: property and fault tests then run their full number of rounds. */
const { status } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    '--testTimeout=3600000',
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit', env: { ...processEnvironment(), NIGHTLY: 'true' } },
);
process.exitCode = status ?? 1;
