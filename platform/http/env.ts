import { ConfigurationError, type EnvironmentReader, type NodeEnvironment } from '../env.ts';
import type { TrustProxy } from './client-address.ts';
import type { RateLimits } from './rate-limits.ts';

const mostRequests = 10_000_000;

/**
 * In production what no person and no honest program needs. Elsewhere no more than a loop that went wrong is stopped:
 * tests and load tools ask from one address.
 */
export function readRateLimits(reader: EnvironmentReader, nodeEnv: NodeEnvironment): RateLimits {
  const [perAddress, perViewer] = nodeEnv === 'production' ? [600, 6_000] : [60_000, 60_000];
  const bounds = { min: 0, max: mostRequests };
  return {
    perAddress: reader.integer('LIMIT_REQUESTS_PER_MINUTE', perAddress, bounds),
    perViewer: reader.integer('LIMIT_VIEWER_REQUESTS_PER_MINUTE', perViewer, bounds),
  };
}

/** Whether the pages are there that read and try the API in a browser. */
export function readExplorer(reader: EnvironmentReader, nodeEnv: NodeEnvironment): boolean {
  return reader.toggle('EXPLORER', nodeEnv !== 'production');
}

/** How long a request may take before what is missing is given up, in milliseconds. */
export function readDeadline(reader: EnvironmentReader): number {
  return reader.integer('LIMIT_DEADLINE_MS', 10_000, { min: 100, max: 120_000 });
}

/**
 * How late the event loop may be on average before requests are turned away, in milliseconds; 0 is never. In development
 * a debugger or a busy machine makes it late.
 */
export function readMaxDelay(reader: EnvironmentReader, nodeEnv: NodeEnvironment): number {
  const usual = nodeEnv === 'production' ? 500 : 0;
  return reader.integer('LIMIT_EVENT_LOOP_DELAY_MS', usual, { min: 0, max: 60_000 });
}

/** Of a body, in bytes. */
export function readBodyLimit(reader: EnvironmentReader): number {
  return reader.integer('LIMIT_BODY_BYTES', 256 * 1024, { min: 1024, max: 16 * 1024 * 1024 });
}

/** `true` for one proxy in front, or the addresses and subnets of those that are believed, as Fastify reads them. */
export function readTrustProxy(reader: EnvironmentReader): TrustProxy {
  const value = reader.text('TRUST_PROXY', 'false');
  if (value === 'true' || value === 'false') return value === 'true';
  if (/^[0-9a-fA-F.:/, ]+$/.test(value) || value === 'loopback') return value;
  throw new ConfigurationError(
    `TRUST_PROXY must be true, false or addresses such as 10.0.0.0/8, not "${value}".`,
  );
}
