import { type DestinationStream, type Logger, pino } from 'pino';
import { build as pretty } from 'pino-pretty';
import type { LogLevel } from './env.ts';

export type Log = Logger;

/** Wherever one of these stands in a logged object, up to two levels deep, its value is not written. */
const secrets = [
  'password',
  'currentPassword',
  'newPassword',
  'token',
  'accessToken',
  'refreshToken',
  'authorization',
  'cookie',
  'set-cookie',
  'secret',
];

/** JSON lines on standard output, or on `destination`; for a person at a terminal, lines to read. */
export function createLog(level: LogLevel, destination: DestinationStream = standardOutput()): Log {
  const options = {
    level,
    base: null,
    serializers: { err: (error: Error) => pino.stdSerializers.err(withoutParameters(error)) },
    redact: {
      paths: secrets.flatMap((name) => [`["${name}"]`, `*["${name}"]`, `*.*["${name}"]`]),
      censor: '[redacted]',
    },
  };
  return pino(options, destination);
}

function standardOutput(): DestinationStream {
  // Synchronous: the last lines of a process that ends are those that matter.
  if (process.stdout.isTTY)
    return pretty({ sync: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l' });
  return pino.destination({ sync: true });
}

/** Drizzle tells a failed statement with its parameters, among them password hashes and addresses. */
function withoutParameters(error: Error): Error {
  const query: unknown = Reflect.get(error, 'query');
  return typeof query === 'string' ? new Error(`Failed statement: ${query}`, { cause: error.cause }) : error;
}
