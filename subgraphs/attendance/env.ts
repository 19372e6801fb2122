import { type GatewayEnvironment, readGatewayEnvironment } from '@tixgo/gateway/env.ts';
import {
  type IdentityDoor,
  type IdentityEnvironment,
  readIdentityDoor,
  readIdentityEnvironment,
} from '@tixgo/identity/env.ts';
import { type PaymentEnvironment, readPaymentEnvironment } from '@tixgo/payment/env.ts';
import {
  type CommonEnvironment,
  ConfigurationError,
  EnvironmentReader,
  processEnvironment,
  readCommonEnvironment,
  readOwnDatabase,
  readTogether,
} from '@tixgo/platform/env.ts';
import { readNatsUrl } from '@tixgo/platform/facts/jetstream/env.ts';
import type { TrustProxy } from '@tixgo/platform/http/client-address.ts';
import { readTrustProxy } from '@tixgo/platform/http/env.ts';
import { readSigningSecret } from '@tixgo/platform/secrets.ts';
import { readRemotes } from '@tixgo/platform/subgraphs/env.ts';
import { readTicketEnvironment, type TicketEnvironment } from '@tixgo/ticket/env.ts';

/** Subgraphs that may stand elsewhere. Attendance itself is always in the host's process. */
export const movableSubgraphs = ['identity', 'event', 'ticket', 'payment'] as const;
export type MovableSubgraph = (typeof movableSubgraphs)[number];
const services = [...movableSubgraphs, 'attendance'] as const;
export type HostedService = (typeof services)[number];

export interface HostEnvironment {
  readonly common: CommonEnvironment;
  readonly identityDoor: IdentityDoor;
  /** Undefined when it stands elsewhere, with secrets that this process need not have, as are the next two. */
  readonly identity: IdentityEnvironment | undefined;
  readonly ticket: TicketEnvironment | undefined;
  readonly payment: PaymentEnvironment | undefined;
  readonly gateway: GatewayEnvironment;
  readonly port: number;
  /** Where Prometheus reads; undefined: nowhere. */
  readonly metricsPort: number | undefined;
  /** Signs calls to subgraphs elsewhere. */
  readonly serviceSecret: string;
  /** The one rule of topology: a subgraph with a URL is remote, one without is hosted in this process. */
  readonly remotes: Readonly<Partial<Record<MovableSubgraph, string>>>;
  /** A JetStream broker; undefined: facts stay within this process. */
  readonly natsUrl: string | undefined;
  /** Of services with a database of their own: as `common`, with that one. */
  readonly ownDatabases: Readonly<Partial<Record<HostedService, CommonEnvironment>>>;
  readonly demoData: boolean;
  readonly publicUrl: string;
  readonly trustProxy: TrustProxy;
  /** Largest list of tickets that is imported, in bytes. */
  readonly importLimit: number;
}

/** What the database can count. */
const largestFile = 2 ** 31 - 1;

/** @throws ConfigurationError */
export function readHostEnvironment(source = processEnvironment()): HostEnvironment {
  const reader = new EnvironmentReader(source);
  const common = readCommonEnvironment(reader);
  const port = reader.port('ATTENDANCE_PORT', 18082);
  const remotes = readRemotes(reader, movableSubgraphs);
  const { identities, ...others } = readTogether({
    identities: () => readIdentity(reader, common, remotes),
    ticket: () => (remotes.ticket === undefined ? readTicketEnvironment(reader, common) : undefined),
    payment: () => (remotes.payment === undefined ? readPaymentEnvironment(reader, common) : undefined),
    gateway: () => readGatewayEnvironment(reader, common.nodeEnv),
    serviceSecret: () => readServiceSecret(reader, common),
    natsUrl: () => readBroker(reader, Object.keys(remotes)),
    ownDatabases: () => given(services, (service) => readOwnDatabase(reader, service, common)),
    demoData: () => reader.flag('DEMO_DATA', common.nodeEnv === 'development'),
    trustProxy: () => readTrustProxy(reader),
    metricsPort: () => (reader.optionalText('METRICS_PORT') ? reader.port('METRICS_PORT', 0) : undefined),
    importLimit: () =>
      reader.integer('LIMIT_IMPORT_BYTES', 256 * 1024 * 1024, { min: 1024, max: largestFile }),
  });
  const publicUrl = common.publicUrl ?? `http://localhost:${port}`;
  return { ...identities, ...others, common, port, remotes, publicUrl };
}

/** One reading for both: a secret that is not given and kept nowhere is another one each time. */
function readIdentity(
  reader: EnvironmentReader,
  common: CommonEnvironment,
  remotes: HostEnvironment['remotes'],
): Pick<HostEnvironment, 'identity' | 'identityDoor'> {
  if (remotes.identity !== undefined) {
    return { identity: undefined, identityDoor: readIdentityDoor(reader, common) };
  }
  const identity = readIdentityEnvironment(reader, common);
  return { identity, identityDoor: identity };
}

/** Facts between processes travel over a broker. */
function readBroker(reader: EnvironmentReader, remotes: readonly string[]): string | undefined {
  const natsUrl = readNatsUrl(reader);
  const [remote] = remotes;
  if (natsUrl === undefined && remote !== undefined) {
    throw new ConfigurationError(
      `NATS_URL is required with ${remote.toUpperCase()}_URL: facts travel between processes over a broker.`,
    );
  }
  return natsUrl;
}

function readServiceSecret(reader: EnvironmentReader, common: CommonEnvironment): string {
  const secret = readSigningSecret(reader, 'SERVICE_SECRET', common);
  if (secret === reader.optionalSecret('JWT_SECRET')) {
    throw new ConfigurationError(
      'SERVICE_SECRET must not be JWT_SECRET; make another one with: openssl rand -hex 32',
    );
  }
  return secret;
}

function given<Name extends string, Value>(names: readonly Name[], read: (name: Name) => Value | undefined) {
  const entries = names.map((name) => [name, read(name)] as const).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<Record<Name, Value>>;
}
