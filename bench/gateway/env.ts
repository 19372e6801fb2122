import { type GatewayEnvironment, readGatewayEnvironment } from '@tixgo/gateway/env.ts';
import { EnvironmentReader, processEnvironment } from '@tixgo/platform/env.ts';

export interface OwnGatewayEnvironment {
  readonly gateway: GatewayEnvironment;
  readonly jwtSecret: string;
}

export function readOwnGatewayEnvironment(): OwnGatewayEnvironment {
  const reader = new EnvironmentReader(processEnvironment());
  return {
    gateway: readGatewayEnvironment(reader, 'production'),
    jwtSecret: reader.text('JWT_SECRET', ''),
  };
}

/** @apollo/gateway opens an exporter to its vendor when it is built, unless told not to. */
export function silenceVendorTelemetry(): void {
  process.env.APOLLO_TELEMETRY_DISABLED = 'true';
}
