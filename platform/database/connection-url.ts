import { accessSync, constants } from 'node:fs';
import { ConfigurationError } from '../env.ts';

const sslModes = ['disable', 'require', 'verify-ca', 'verify-full'];
const fileParameters = ['sslrootcert', 'sslcert', 'sslkey'];

/**
 * A server's URL as node-postgres takes it, with `sslmode` meaning what it means to psql: left to itself, node-postgres
 * reads `require` as `verify-full`, and announces that its next version will not.
 * @param variable the one that gave the URL, for messages
 * @throws ConfigurationError for what no connection could be made with
 */
export function connectionString(url: string, variable: string): string {
  const { searchParams } = new URL(url);
  for (const name of fileParameters) assertReadable(name, searchParams.get(name), variable);
  const mode = searchParams.get('sslmode');
  if (mode === null) return url;
  if (!sslModes.includes(mode)) {
    throw new ConfigurationError(
      `${variable}: sslmode must be one of ${sslModes.join(', ')}, not "${mode}".`,
    );
  }
  if (mode === 'verify-ca' && !searchParams.has('sslrootcert')) {
    throw new ConfigurationError(
      `${variable}: sslmode=verify-ca needs sslrootcert, the authority's certificate.`,
    );
  }
  return searchParams.has('uselibpqcompat') ? url : `${url}&uselibpqcompat=true`;
}

function assertReadable(name: string, file: string | null, variable: string): void {
  if (file === null) return;
  try {
    accessSync(file, constants.R_OK);
  } catch {
    throw new ConfigurationError(`${variable}: ${name} points at "${file}", which cannot be read.`);
  }
}
