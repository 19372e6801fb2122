import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { findFreePort } from '@tixgo/platform/testing/free-port.ts';
import { NatsServer } from '@tixgo/platform/testing/nats-server.ts';
import { ServiceProcess } from '@tixgo/platform/testing/service-process.ts';
import { Balancer } from './balancer.ts';
import { PostgresServer } from './postgres-server.ts';

export const serviceNames = ['identity', 'event', 'ticket', 'payment', 'attendance'] as const;
export type ServiceName = (typeof serviceNames)[number];

export interface ClusterSettings {
  /** How many processes of each; 1 where nothing is said. */
  readonly replicas?: Partial<Record<ServiceName, number>>;
  /** For every service, over what the cluster sets itself. */
  readonly environment?: Readonly<Record<string, string>>;
  /** One database for all services, each in its schema, instead of one for each: for those who check over all of it. */
  readonly oneDatabase?: boolean;
  /** The ports that services have for all; free ones where nothing is said. */
  readonly doors?: Partial<Record<ServiceName, number>>;
  /** Ends a start that is under way; what has been started by then is stopped. */
  readonly signal?: AbortSignal;
  /** Is told what each process says, as it comes. */
  readonly onOutput?: (service: ServiceName, text: string) => void;
}

/** One process of a service, which can be killed, stopped and started again at the same port. */
export class Replica {
  readonly service: ServiceName;
  readonly port: number;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #onOutput: ClusterSettings['onOutput'];
  #process: ServiceProcess;
  #build: string | undefined;

  constructor(
    service: ServiceName,
    port: number,
    environment: Readonly<Record<string, string>>,
    onOutput?: ClusterSettings['onOutput'],
  ) {
    this.service = service;
    this.port = port;
    this.#environment = environment;
    this.#onOutput = onOutput;
    this.#process = this.#spawn();
  }

  get process(): ServiceProcess {
    return this.#process;
  }

  /** Once it has ended; resolves when it is ready. */
  async start(): Promise<void> {
    this.#process = this.#spawn();
    await this.#process.ready();
  }

  /** @param build the root of the one that it is from then on; this one's by default */
  async restart(build?: string): Promise<void> {
    this.#build = build;
    await this.#process.stop();
    await this.start();
  }

  async kill(): Promise<void> {
    this.#process.signal('SIGKILL');
    await this.#process.ended;
  }

  #spawn(): ServiceProcess {
    const script = `subgraphs/${this.service}/server.ts`;
    return new ServiceProcess(script, this.#environment, this.port, {
      detached: true,
      root: this.#build,
      onOutput: (text) => this.#onOutput?.(this.service, text),
    });
  }
}

/** The split system on one machine: PostgreSQL, a JetStream broker, and every service in processes of its own. */
export class Cluster {
  readonly postgres: PostgresServer;
  readonly broker: NatsServer;
  readonly replicas: readonly Replica[];
  readonly #balancers: ReadonlyMap<ServiceName, Balancer>;
  readonly #databaseUrls = new Map<ServiceName, string>();

  private constructor(
    postgres: PostgresServer,
    broker: NatsServer,
    replicas: readonly Replica[],
    balancers: ReadonlyMap<ServiceName, Balancer>,
  ) {
    this.postgres = postgres;
    this.broker = broker;
    this.replicas = replicas;
    this.#balancers = balancers;
  }

  /** Resolves once every process is ready. */
  static async start(settings: ClusterSettings = {}): Promise<Cluster> {
    const [postgres, broker] = await startTogether(PostgresServer.start(), NatsServer.start());
    const replicas: Replica[] = [];
    const balancers = new Map<ServiceName, Balancer>();
    const cluster = new Cluster(postgres, broker, replicas, balancers);
    try {
      for (const service of serviceNames) {
        const portsOf = () => replicas.filter((each) => each.service === service).map(({ port }) => port);
        const port = settings.doors?.[service] ?? 0;
        balancers.set(service, await Balancer.start(port, portsOf));
      }
      const shared = await sharedEnvironment(cluster, settings);
      const sharedUrl = settings.oneDatabase ? await postgres.createDatabase('tixgo') : undefined;
      for (const service of serviceNames) {
        const databaseUrl = sharedUrl ?? (await postgres.createDatabase(service));
        cluster.#databaseUrls.set(service, databaseUrl);
        settings.signal?.throwIfAborted();
        for (let count = settings.replicas?.[service] ?? 1; count > 0; count -= 1) {
          const port = await findFreePort();
          const own = { DATABASE_URL: databaseUrl, [`${service.toUpperCase()}_PORT`]: String(port) };
          replicas.push(new Replica(service, port, { ...shared, ...own }, settings.onOutput));
        }
      }
      await Promise.race([cluster.ready(), abortOf(settings.signal)]);
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** The one address of a service, whichever replica answers. */
  urlOf(service: ServiceName): string {
    return `http://127.0.0.1:${this.#balancers.get(service)?.port}`;
  }

  /** Resolves when every process is ready. */
  async ready(): Promise<void> {
    await Promise.all(this.replicas.map(({ process }) => process.ready()));
  }

  databaseUrlOf(service: ServiceName): string {
    return this.#databaseUrls.get(service) ?? '';
  }

  replicasOf(service: ServiceName): readonly Replica[] {
    return this.replicas.filter((each) => each.service === service);
  }

  /** Ends every process of a service where it stands; `stop` has little to wait for then. */
  killServices(): void {
    for (const { process } of this.replicas) process.signal('SIGKILL');
  }

  /** Services before what they stand on, so that each ends in good order. */
  async stop(): Promise<void> {
    const hosts = this.replicasOf('attendance');
    const others = this.replicas.filter(({ service }) => service !== 'attendance');
    for (const group of [hosts, others]) await Promise.all(group.map(({ process }) => process.stop()));
    await Promise.all([...this.#balancers.values()].map((balancer) => balancer.stop()));
    await Promise.all([this.broker.close(), this.postgres.stop()]);
  }
}

/** When one of them fails, the other has no owner who would stop it. */
async function startTogether(
  ...starting: [Promise<PostgresServer>, Promise<NatsServer>]
): Promise<[PostgresServer, NatsServer]> {
  const [postgres, broker] = await Promise.allSettled(starting);
  if (postgres.status === 'fulfilled' && broker.status === 'fulfilled') return [postgres.value, broker.value];
  if (postgres.status === 'fulfilled') await postgres.value.stop();
  if (broker.status === 'fulfilled') await broker.value.close();
  return await Promise.all(starting);
}

/** Rejects when the signal is aborted, and stays open until then. */
async function abortOf(signal: AbortSignal | undefined): Promise<never> {
  return await new Promise((_, reject) => {
    const tell = () => reject(signal?.reason);
    if (signal?.aborted) tell();
    signal?.addEventListener('abort', tell, { once: true });
  });
}

/** What all of them are told alike, with addresses in the place of replicas. */
async function sharedEnvironment(
  cluster: Cluster,
  { environment = {} }: ClusterSettings,
): Promise<Record<string, string>> {
  const { privateKey } = generateKeyPairSync('ed25519');
  return {
    LOG_LEVEL: 'warn',
    DATA_DIR: 'memory',
    DEMO_DATA: 'false',
    JWT_SECRET: randomBytes(32).toString('hex'),
    SERVICE_SECRET: randomBytes(32).toString('hex'),
    TICKET_SIGNING_KEYS: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    NATS_URL: cluster.broker.url,
    IDENTITY_URL: `${cluster.urlOf('identity')}/graphql`,
    EVENT_URL: `${cluster.urlOf('event')}/graphql`,
    TICKET_URL: `${cluster.urlOf('ticket')}/graphql`,
    PAYMENT_URL: `${cluster.urlOf('payment')}/graphql`,
    PUBLIC_URL: cluster.urlOf('attendance'),
    ...environment,
  };
}
