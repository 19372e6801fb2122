import { parseArgs } from 'node:util';
import type { AdminCredentials } from './env.ts';

export interface SmokeSettings {
  /** The host's, without a slash at its end. */
  readonly url: string;
  /** Undefined where identity's own door is not known; what needs it is left out. */
  readonly identityUrl: string | undefined;
  readonly admin: AdminCredentials;
  /** Whether tickets are bought: not where that moves money. */
  readonly sales: boolean;
}

/** Arguments that make no sense; the message is one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const usage =
  'npm run smoke -- [--url http://localhost:18082] [--identity-url http://localhost:18081] ' +
  '[--admin-username admin] [--admin-password admin123] [--without-sales]';

/** @throws UsageError */
export function readSettings(args: readonly string[], admin: AdminCredentials): SmokeSettings {
  const given = parse(args);
  const url = baseUrl('--url', given.url ?? 'http://localhost:18082');
  const identity = given['identity-url'];
  return {
    url,
    identityUrl: identity === undefined ? identityBeside(url) : baseUrl('--identity-url', identity),
    admin: {
      username: given['admin-username'] ?? admin.username,
      password: given['admin-password'] ?? admin.password,
    },
    sales: given['without-sales'] !== true,
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = {
    url: text,
    'identity-url': text,
    'admin-username': text,
    'admin-password': text,
    'without-sales': { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}. Usage: ${usage}`);
  }
}

function baseUrl(option: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`${option} must be a URL such as http://localhost:18082, not "${text}".`);
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/** On a machine's default ports identity is where the host is; anywhere else only the caller knows. */
function identityBeside(url: string): string | undefined {
  const { hostname, port } = new URL(url);
  const isLocal = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
  return isLocal && port === '18082' ? `http://${hostname}:18081` : undefined;
}
