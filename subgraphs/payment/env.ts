import {
  type CommonEnvironment,
  ConfigurationError,
  EnvironmentReader,
  processEnvironment,
  readCommonEnvironment,
} from '@tixgo/platform/env.ts';
import { readSigningSecret } from '@tixgo/platform/secrets.ts';
import type { ProviderSettings } from './service/provider/provider-settings.ts';

export interface PaymentEnvironment {
  readonly port: number;
  readonly provider: ProviderSettings;
}

/** @throws ConfigurationError */
export function readPaymentEnvironment(
  reader: EnvironmentReader,
  common: CommonEnvironment,
): PaymentEnvironment {
  return { port: reader.port('PAYMENT_PORT', 8002), provider: readProvider(reader, common) };
}

/** What payment in a process of its own needs. */
export interface PaymentProcessEnvironment {
  readonly common: CommonEnvironment;
  readonly payment: PaymentEnvironment;
  readonly databaseUrl: string | undefined;
  /** The gateway's calls are signed with it. */
  readonly serviceSecret: string;
}

/** @throws ConfigurationError */
export function readPaymentProcessEnvironment(source = processEnvironment()): PaymentProcessEnvironment {
  const reader = new EnvironmentReader(source);
  const common = readCommonEnvironment(reader);
  return {
    common,
    payment: readPaymentEnvironment(reader, common),
    databaseUrl:
      reader.optionalUrl('PAYMENT_DATABASE_URL', ['postgres:', 'postgresql:']) ?? common.databaseUrl,
    serviceSecret: readSigningSecret(reader, 'SERVICE_SECRET', common),
  };
}

function readProvider(reader: EnvironmentReader, { nodeEnv }: CommonEnvironment): ProviderSettings {
  if (nodeEnv === 'production' && reader.optionalText('PAYMENT_PROVIDER') === undefined) {
    throw new ConfigurationError(
      'PAYMENT_PROVIDER is required in production: stripe, or sandbox to sell without moving money',
    );
  }
  const kind = reader.choice('PAYMENT_PROVIDER', ['sandbox', 'stripe'], 'sandbox');
  if (kind === 'sandbox') return { kind, isProduction: nodeEnv === 'production' };
  return {
    kind,
    secretKey: requiredSecret(reader, 'STRIPE_SECRET_KEY'),
    webhookSecret: requiredSecret(reader, 'STRIPE_WEBHOOK_SECRET'),
    apiBase: reader.optionalUrl('STRIPE_API_BASE', ['http:', 'https:']),
  };
}

function requiredSecret(reader: EnvironmentReader, name: string): string {
  const secret = reader.optionalSecret(name);
  if (secret !== undefined) return secret;
  throw new ConfigurationError(`${name} (or ${name}_FILE) is required with PAYMENT_PROVIDER=stripe.`);
}
