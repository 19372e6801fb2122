import {
  type CommonEnvironment,
  ConfigurationError,
  EnvironmentReader,
  processEnvironment,
  readCommonEnvironment,
  readOwnDatabase,
  readTogether,
} from '../env.ts';
import { readNatsUrl } from '../facts/jetstream/env.ts';
import { readSigningSecret } from '../secrets.ts';
import { readTokenSettings, type TokenSettings } from '../tokens.ts';

/** What every subgraph in a process of its own needs. */
export interface SubgraphProcessEnvironment {
  /** With the service's own database, where it has one. */
  readonly common: CommonEnvironment;
  /** Signs the calls between services. */
  readonly serviceSecret: string;
  /** How users' own tokens are verified; undefined where the gateway's signature alone says who asks. */
  readonly userTokens: TokenSettings | undefined;
  /** The GraphQL endpoints of those that it asks, by name. */
  readonly remotes: Readonly<Partial<Record<string, string>>>;
  /** The broker that carries facts between processes. */
  readonly natsUrl: string;
}

/**
 * Reads what all of them need, and lets the service read its own settings with the same reader.
 * @param service as the variables name it in capitals: `<SERVICE>_DATABASE_URL`
 * @param asks the subgraphs that it looks entities up in, by `<NAME>_URL`
 * @throws ConfigurationError
 */
export function readSubgraphProcess<Own extends object>(
  service: string,
  asks: readonly string[],
  readOwn: (reader: EnvironmentReader, common: CommonEnvironment) => Own,
  source = processEnvironment(),
): SubgraphProcessEnvironment & Own {
  const reader = new EnvironmentReader(source);
  const shared = readCommonEnvironment(reader);
  const common = readOwnDatabase(reader, service, shared) ?? shared;
  const { own, secrets, ...others } = readTogether({
    own: () => readOwn(reader, common),
    secrets: () => readSecrets(reader, common),
    remotes: () => readRemotes(reader, asks),
    natsUrl: () => readBroker(reader, service),
  });
  return { ...own, ...secrets, ...others, common };
}

function readSecrets(
  reader: EnvironmentReader,
  common: CommonEnvironment,
): Pick<SubgraphProcessEnvironment, 'serviceSecret' | 'userTokens'> {
  const serviceSecret = readSigningSecret(reader, 'SERVICE_SECRET', common);
  return { serviceSecret, userTokens: readUserTokens(reader, common, serviceSecret) };
}

function readUserTokens(
  reader: EnvironmentReader,
  common: CommonEnvironment,
  serviceSecret: string,
): TokenSettings | undefined {
  if (reader.choice('SUBGRAPH_AUTH', ['signature', 'jwt'], 'signature') === 'signature') return undefined;
  if (reader.optionalSecret('JWT_SECRET') === undefined) {
    throw new ConfigurationError(
      'JWT_SECRET (or JWT_SECRET_FILE) is required with SUBGRAPH_AUTH=jwt: it verifies the tokens that identity signs.',
    );
  }
  const tokens = readTokenSettings(reader, common);
  // Whoever could sign a user's token could sign as a service.
  if (tokens.secret === serviceSecret) throw new ConfigurationError('SERVICE_SECRET must not be JWT_SECRET.');
  return tokens;
}

function readBroker(reader: EnvironmentReader, service: string): string {
  const natsUrl = readNatsUrl(reader);
  if (natsUrl !== undefined) return natsUrl;
  throw new ConfigurationError(
    `NATS_URL is required where ${service} runs by itself: facts travel between processes over a broker.`,
  );
}

/** The GraphQL endpoints of subgraphs that stand elsewhere, by name: those whose `<NAME>_URL` is given. */
export function readRemotes<Name extends string>(
  reader: EnvironmentReader,
  names: readonly Name[],
): Partial<Record<Name, string>> {
  const entries = names
    .map((name) => [name, reader.optionalUrl(`${name.toUpperCase()}_URL`, ['http:', 'https:'])] as const)
    .filter(([, url]) => url !== undefined);
  return Object.fromEntries(entries) as Partial<Record<Name, string>>;
}
