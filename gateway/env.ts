import type { EnvironmentReader, NodeEnvironment } from '@tixgo/platform/env.ts';
import { readBodyLimit, readDeadline, readRateLimits } from '@tixgo/platform/http/env.ts';
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
  const open = nodeEnv !== 'production';
  return {
    introspection: switchOf(reader, 'INTROSPECTION', open),
    explorer: switchOf(reader, 'EXPLORER', open),
    corsOrigins: reader.list('CORS_ORIGINS'),
    deadline: readDeadline(reader),
    bodyLimit: readBodyLimit(reader),
    limits: readRateLimits(reader, nodeEnv),
  };
}

function switchOf(reader: EnvironmentReader, name: string, fallback: boolean): boolean {
  const value = reader.choice(name, ['on', 'off', 'true', 'false'], fallback ? 'on' : 'off');
  return value === 'on' || value === 'true';
}
