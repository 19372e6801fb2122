import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { type SigningKey, signingKeyOf } from '@tixgo/platform/compact-jws.ts';
import {
  type CommonEnvironment,
  ConfigurationError,
  type EnvironmentReader,
  processEnvironment,
} from '@tixgo/platform/env.ts';
import { readKeptSecret } from '@tixgo/platform/secrets.ts';
import { readSubgraphProcess, type SubgraphProcessEnvironment } from '@tixgo/platform/subgraphs/env.ts';

export interface TicketEnvironment {
  readonly port: number;
  readonly settings: { readonly orderWindowSeconds: number; readonly resaleMaxPercent: number };
  /** Newest first. */
  readonly signingKeys: readonly SigningKey[];
}

/** @throws ConfigurationError */
export function readTicketEnvironment(
  reader: EnvironmentReader,
  common: CommonEnvironment,
): TicketEnvironment {
  return {
    port: reader.port('TICKET_PORT', 8001),
    settings: {
      orderWindowSeconds: reader.integer('ORDER_WINDOW_SECONDS', 60, { min: 1, max: 24 * 60 * 60 }),
      resaleMaxPercent: reader.integer('RESALE_MAX_PERCENT', 100, { min: 1, max: 1_000 }),
    },
    signingKeys: readSigningKeys(reader, common),
  };
}

export interface TicketProcess extends SubgraphProcessEnvironment {
  readonly ticket: TicketEnvironment;
}

/** @throws ConfigurationError */
export function readTicketProcess(source = processEnvironment()): TicketProcess {
  const readOwn = (reader: EnvironmentReader, common: CommonEnvironment) => ({
    ticket: readTicketEnvironment(reader, common),
  });
  return readSubgraphProcess('ticket', ['event', 'identity'], readOwn, source);
}

const howToMakeOne = 'openssl genpkey -algorithm ed25519 -outform DER | openssl base64 -A';

/** Private keys as PKCS #8 in base64, with commas between, newest first. */
function readSigningKeys(reader: EnvironmentReader, common: CommonEnvironment): SigningKey[] {
  const given = reader.optionalSecret('TICKET_SIGNING_KEYS');
  if (given === undefined && common.nodeEnv === 'production') {
    throw new ConfigurationError(
      `TICKET_SIGNING_KEYS is required in production (or TICKET_SIGNING_KEYS_FILE); make one with: ${howToMakeOne}`,
    );
  }
  const text = given ?? readKeptSecret(common.dataDir, 'TICKET_SIGNING_KEYS', newKey);
  return text
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(signingKey);
}

function newKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
}

function signingKey(base64: string): SigningKey {
  try {
    return signingKeyOf(
      createPrivateKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'pkcs8' }),
    );
  } catch {
    throw new ConfigurationError(
      `TICKET_SIGNING_KEYS must be Ed25519 keys with commas between; make one with: ${howToMakeOne}`,
    );
  }
}
