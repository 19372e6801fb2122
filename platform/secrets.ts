import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError, type EnvironmentReader, type NodeEnvironment } from './env.ts';
import { errorCode } from './error-code.ts';

export interface SecretSettings {
  readonly nodeEnv: NodeEnvironment;
  /** A folder, or `memory` for secrets that end with the process. */
  readonly dataDir: string;
}

const leastLength = 32;

/**
 * A signing secret from `NAME` or `NAME_FILE`. In development one that is not given is made once and kept in the data
 * folder, so that sessions outlive a restart.
 * @throws ConfigurationError in production when it is not given, and anywhere when it is short
 */
export function readSigningSecret(reader: EnvironmentReader, name: string, settings: SecretSettings): string {
  const given = reader.optionalSecret(name);
  if (given !== undefined && given.length < leastLength) {
    throw new ConfigurationError(
      `${name} must have at least ${leastLength} characters; make one with: openssl rand -hex 32`,
    );
  }
  if (given !== undefined) return given;
  if (settings.nodeEnv === 'production') {
    throw new ConfigurationError(
      `${name} is required in production (or ${name}_FILE); make one with: openssl rand -hex 32`,
    );
  }
  return readKeptSecret(settings.dataDir, name, () => randomBytes(32).toString('hex'));
}

/**
 * A secret of a data folder, made when it is not there; with `memory` one that ends with the process.
 * @throws ConfigurationError when the folder cannot be written
 */
export function readKeptSecret(dataDir: string, name: string, make: () => string): string {
  if (dataDir === 'memory') return make();
  const file = join(dataDir, 'secrets', name);
  try {
    mkdirSync(join(dataDir, 'secrets'), { recursive: true, mode: 0o700 });
    if (!existsSync(file)) placeWhole(file, `${make()}\n`);
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new ConfigurationError(`DATA_DIR: the folder ${dataDir} cannot be written; give one that can.`);
  }
}

/**
 * Of two processes that start at once one places its text, and both read the same. A link comes into being with all
 * of the text, where a file that is written to shows the other one a part of it, or nothing.
 */
function placeWhole(file: string, text: string): void {
  const draft = `${file}.${randomUUID()}`;
  try {
    writeFileSync(draft, text, { flag: 'wx', mode: 0o600 });
    linkSync(draft, file);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}
