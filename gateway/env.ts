import type { EnvironmentReader, NodeEnvironment } from '@tixgo/platform/env.ts';
import { readBodyLimit, readDeadline, readExplorer, readRateLimits } from '@tixgo/platform/http/env.ts';
import type { RateLimits } from '@tixgo/platform/http/rate-limits.ts';

export interface GatewayEnvironment {
  readonly introspection: boolean;
  readonly explorer: boolean;
  readonly corsOrigins: readonly string[];
  /** How long a request may take before what is missing is given up, in milliseconds. */
  readonly deadline: number;
  /** Largest request body, in bytes. */
  readonly bodyLimit: number;
  readonly limits: RateLimits;
}

export function readGatewayEnvironment(
  reader: EnvironmentReader,
  nodeEnv: NodeEnvironment,
): GatewayEnvironment {
  return {
    introspection: reader.toggle('INTROSPECTION', nodeEnv !== 'production'),
    explorer: readExplorer(reader, nodeEnv),
    corsOrigins: reader.list('CORS_ORIGINS'),
    deadline: readDeadline(reader),
    bodyLimit: readBodyLimit(reader),
    limits: readRateLimits(reader, nodeEnv),
  };
}

/** @apollo/gateway opens an exporter to its vendor when it is built, unless told not to. */
export function silenceVendorTelemetry(): void {
  process.env.APOLLO_TELEMETRY_DISABLED = 'true';
}
