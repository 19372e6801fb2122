import { type Gateway, registerGateway } from '@tixgo/gateway/gateway.ts';
import { registerResetPassword } from '@tixgo/gateway/reset-password/reset-password.ts';
import { requestCounts } from '@tixgo/gateway/store/tables.ts';
import { identityHttpService } from '@tixgo/identity/http.ts';
import { registerPaymentWebhook } from '@tixgo/payment/http.ts';
import { Authentication } from '@tixgo/platform/authentication.ts';
import { systemClock } from '@tixgo/platform/clock.ts';
import { ConfigurationError } from '@tixgo/platform/env.ts';
import type { FactBus } from '@tixgo/platform/facts/fact.ts';
import { InProcessBus } from '@tixgo/platform/facts/in-process-bus.ts';
import { createHttpService, type HttpService } from '@tixgo/platform/http/http-service.ts';
import { guardPublicDoor } from '@tixgo/platform/http/public-door.ts';
import { requestCountsIn } from '@tixgo/platform/http/request-counts.ts';
import type { Log } from '@tixgo/platform/logging.ts';
import type { RunningService } from '@tixgo/platform/run-service.ts';
import { startTracing } from '@tixgo/platform/tracing/start-tracing.ts';
import type { HostEnvironment } from '../env.ts';
import type { Databases } from './databases.ts';
import { createDemoData } from './demo/create-demo-data.ts';
import type { HostingOptions } from './hosted-subgraphs.ts';
import { type HostedSystem, hostSubgraphs } from './hosted-system.ts';
import { registerHostRest } from './rest.ts';
import { followSupergraphFile, readSupergraph } from './served-supergraph.ts';

const webhookPath = '/webhooks/stripe';

export interface RunningHost extends RunningService {
  readonly system: HostedSystem;
  /** The ports that are listened on, for those given as 0. */
  readonly port: number;
  /** Undefined when identity is elsewhere. */
  readonly identityPort: number | undefined;
  /** Whether data is kept in this process, by the embedded database. */
  readonly isEmbedded: boolean;
}

/**
 * Builds the system on its databases, fills it and listens.
 * @throws ConfigurationError when it cannot; what it opened is closed then
 */
export async function serveOn(
  databases: Databases,
  environment: HostEnvironment,
  log: Log,
  options: HostingOptions,
): Promise<RunningHost> {
  const { natsUrl, common } = environment;
  const bus = natsUrl === undefined ? new InProcessBus(log) : await connectToBroker(natsUrl, log);
  const system = await hostSubgraphs({ environment, databases, bus, log, clock: systemClock, ...options });
  const { tokens, isAccessEnded: isEnded } = system;
  const hosting: Hosting = {
    environment,
    system,
    authentication: new Authentication({ tokens, isEnded }),
    measured: await gatewayMetrics(environment),
    tracing: await startTracing(common.tracing, 'attendance-service', log),
    log,
  };
  const http = createHttpService({
    name: 'attendance-service',
    log,
    bodyLimit: environment.gateway.bodyLimit,
    trustProxy: environment.trustProxy,
    drainTime: common.drainTime,
    // Its own database and bus only: the door must not close because another subgraph is down.
    isReady: async () => bus.isReady() && (await system.attendanceDatabase.isReachable()),
  });
  const gateway = await registerDoors(http, hosting);
  const identityHttp = await identityListener(hosting);
  const services = [http, ...(identityHttp ? [identityHttp] : [])];
  const followed = followedSupergraph(gateway, hosting);
  const stop = async () => {
    await followed?.stop();
    await Promise.all(services.map((service) => service.drain()));
    await Promise.all(services.map((service) => service.close()));
    await hosting.measured?.close();
    await system.stop();
    await Promise.all([bus.close(), hosting.tracing?.stop()]);
    await databases.close();
  };
  try {
    if (environment.demoData) await fillWithDemoData(hosting);
    const { host } = common;
    const identityPort = await identityHttp?.listen({
      host,
      port: environment.identityDoor.port,
      portVariable: 'IDENTITY_PORT',
    });
    const port = await http.listen({ host, port: environment.port, portVariable: 'ATTENDANCE_PORT' });
    return { system, port, identityPort, isEmbedded: databases.haveEmbedded, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What the doors of one host share. */
interface Hosting {
  readonly environment: HostEnvironment;
  readonly system: HostedSystem;
  readonly authentication: Authentication;
  readonly measured: Awaited<ReturnType<typeof gatewayMetrics>>;
  readonly tracing: Awaited<ReturnType<typeof startTracing>>;
  readonly log: Log;
}

/** GraphQL, REST, the page that resets passwords and the payment provider's calls, on one port. */
async function registerDoors(http: HttpService, hosting: Hosting): Promise<Gateway> {
  const { environment, system, authentication, measured, tracing, log } = hosting;
  const { corsOrigins, limits, maxDelay, supergraphFile } = environment.gateway;
  const door = await guardPublicDoor(http.app, {
    publicUrl: environment.publicUrl,
    corsOrigins,
    authentication,
    limits,
    maxDelay,
    counts: requestCountsIn(system.attendanceDatabase, requestCounts, log),
    // The provider's own calls are signed, and come as fast as payments do.
    unlimited: [webhookPath],
  });
  const gateway = await registerGateway(http.app, {
    environment: environment.gateway,
    supergraph: readSupergraph(supergraphFile, system),
    sources: system.sources,
    authentication,
    log,
    metrics: measured?.metrics,
    tracing,
    streams: system.streams,
  });
  gateway.serveFirst(http, door);
  await registerHostRest(http.app, { environment, gateway, authentication, system });
  await registerResetPassword(http.app);
  await registerWebhook(http.app, hosting);
  return gateway;
}

/** Received by the payment service, which another process may have. */
async function registerWebhook(
  app: HttpService['app'],
  { environment, system, log }: Hosting,
): Promise<void> {
  if (system.payment) {
    await registerPaymentWebhook(app, { receive: system.payment.services.receiveWebhook });
  } else if (environment.remotes.payment) {
    const { forwardPaymentWebhook } = await import('./forward-payment-webhook.ts');
    await forwardPaymentWebhook(app, { path: webhookPath, paymentUrl: environment.remotes.payment, log });
  }
}

/** Undefined where the supergraph is composed here. */
function followedSupergraph(gateway: Gateway, { environment, system, measured, log }: Hosting) {
  const { supergraphFile: file } = environment.gateway;
  if (file === undefined) return undefined;
  return followSupergraphFile({ file, gateway, system, metrics: measured?.metrics, log });
}

async function fillWithDemoData({ environment, system, log }: Hosting): Promise<void> {
  // Nobody's Stripe account is to have charges of the demo's.
  const payment = environment.payment?.provider.kind === 'sandbox' ? system.payment : undefined;
  const { attendanceDatabase: database } = system;
  await createDemoData({ ...system, payment }, { database, clock: systemClock, log });
}

/** The broker's client is loaded by those that have one. */
async function connectToBroker(url: string, log: Log): Promise<FactBus> {
  const { connectJetStream } = await import('@tixgo/platform/facts/jetstream/jetstream-bus.ts');
  return connectJetStream({ url, processName: 'attendance' }, log);
}

/** Loaded where it is asked for: it is memory that a small machine has better uses for. */
async function gatewayMetrics({ metricsPort, common }: HostEnvironment) {
  if (metricsPort === undefined) return undefined;
  const { serveMetrics } = await import('@tixgo/platform/metrics.ts');
  const { GatewayMetrics } = await import('@tixgo/gateway/observability/gateway-metrics.ts');
  const { registry, close } = await serveMetrics(common.host, metricsPort);
  return { metrics: new GatewayMetrics(registry), close };
}

/** Identity's own door; undefined when it is elsewhere. */
async function identityListener({ environment, system, log }: Hosting): Promise<HttpService | undefined> {
  const { identity: subgraph, identityDatabase: database, tokens } = system;
  if (!subgraph || !database) return undefined;
  if (environment.port !== 0 && environment.port === environment.identityDoor.port) {
    throw new ConfigurationError('IDENTITY_PORT and ATTENDANCE_PORT must differ.');
  }
  const { publicUrl, trustProxy } = environment;
  const { explorer, corsOrigins, limits, maxDelay, deadline, bodyLimit } = environment.identityDoor;
  return await identityHttpService({
    subgraph,
    database,
    tokens,
    log,
    isReady: () => database.isReachable(),
    drainTime: environment.common.drainTime,
    environment: { publicUrl, explorer, corsOrigins, limits, maxDelay, deadline, bodyLimit, trustProxy },
  });
}
