import {
  type CommonEnvironment,
  ConfigurationError,
  type EnvironmentReader,
  processEnvironment,
  readTogether,
} from '@tixgo/platform/env.ts';
import { readSubgraphProcess, type SubgraphProcessEnvironment } from '@tixgo/platform/subgraphs/env.ts';
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

export interface PaymentProcess extends SubgraphProcessEnvironment {
  readonly payment: PaymentEnvironment;
}

/** @throws ConfigurationError */
export function readPaymentProcess(source = processEnvironment()): PaymentProcess {
  const readOwn = (reader: EnvironmentReader, common: CommonEnvironment) => ({
    payment: readPaymentEnvironment(reader, common),
  });
  return readSubgraphProcess('payment', ['ticket'], readOwn, source);
}

function readProvider(reader: EnvironmentReader, { nodeEnv }: CommonEnvironment): ProviderSettings {
  if (nodeEnv === 'production' && reader.optionalText('PAYMENT_PROVIDER') === undefined) {
    throw new ConfigurationError(
      'PAYMENT_PROVIDER is required in production: stripe, or sandbox to sell without moving money',
    );
  }
  const kind = reader.choice('PAYMENT_PROVIDER', ['sandbox', 'stripe'], 'sandbox');
  if (kind === 'sandbox') return { kind, isProduction: nodeEnv === 'production' };
  return readTogether({
    kind: () => kind,
    secretKey: () => requiredSecret(reader, 'STRIPE_SECRET_KEY'),
    webhookSecret: () => requiredSecret(reader, 'STRIPE_WEBHOOK_SECRET'),
    apiBase: () => reader.optionalUrl('STRIPE_API_BASE', ['http:', 'https:']),
  });
}

function requiredSecret(reader: EnvironmentReader, name: string): string {
  const secret = reader.optionalSecret(name);
  if (secret !== undefined) return secret;
  throw new ConfigurationError(`${name} (or ${name}_FILE) is required with PAYMENT_PROVIDER=stripe.`);
}
