import { registerGateway } from '@tixgo/gateway/gateway.ts';
import { registerResetPassword } from '@tixgo/gateway/reset-password/reset-password.ts';
import { requestCounts } from '@tixgo/gateway/store/tables.ts';
import { type IdentityHttpDependencies, identityHttpService } from '@tixgo/identity/http.ts';
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
import { type HostedSystem, type HostingOptions, hostSubgraphs } from './hosted-system.ts';
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
  const { natsUrl } = environment;
  const bus = natsUrl === undefined ? new InProcessBus(log) : await connectToBroker(natsUrl, log);
  const system = await hostSubgraphs({ environment, databases, bus, log, clock: systemClock, ...options });
  const http = createHttpService({
    name: 'attendance-service',
    log,
    bodyLimit: environment.gateway.bodyLimit,
    trustProxy: environment.trustProxy,
    drainTime: environment.common.drainTime,
    // Its own database and bus only: the door must not close because another subgraph is down.
    isReady: async () => bus.isReady() && (await system.attendanceDatabase.isReachable()),
  });
  const { tokens, isAccessEnded: isEnded } = system;
  const authentication = new Authentication({ tokens, isEnded });
  const { publicUrl } = environment;
  const { corsOrigins, limits, maxDelay } = environment.gateway;
  // The provider's own calls are signed, and come as fast as payments do.
  const unlimited = [webhookPath];
  const counts = requestCountsIn(system.attendanceDatabase, requestCounts, log);
  const door = await guardPublicDoor(http.app, {
    publicUrl,
    corsOrigins,
    authentication,
    limits,
    maxDelay,
    counts,
    unlimited,
  });
  const { supergraphFile } = environment.gateway;
  const measured = await gatewayMetrics(environment);
  const tracing = await startTracing(environment.common.tracing, 'attendance-service', log);
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
  if (system.payment) {
    await registerPaymentWebhook(http.app, { receive: system.payment.services.receiveWebhook });
  } else if (environment.remotes.payment) {
    const { forwardPaymentWebhook } = await import('./forward-payment-webhook.ts');
    const paymentUrl = environment.remotes.payment;
    await forwardPaymentWebhook(http.app, { path: webhookPath, paymentUrl, log });
  }
  const { identity, identityDatabase } = system;
  const identityHttp =
    identity &&
    identityDatabase &&
    (await identityListener({ subgraph: identity, database: identityDatabase, tokens, log }, environment));
  const services = [http, ...(identityHttp ? [identityHttp] : [])];
  const { metrics } = measured ?? {};
  const followed =
    supergraphFile === undefined
      ? undefined
      : followSupergraphFile({ file: supergraphFile, gateway, system, metrics, log });
  const stop = async () => {
    await followed?.stop();
    await Promise.all(services.map((service) => service.drain()));
    await Promise.all(services.map((service) => service.close()));
    await measured?.close();
    await system.stop();
    await Promise.all([bus.close(), tracing?.stop()]);
    await databases.close();
  };
  try {
    if (environment.demoData) {
      // Nobody's Stripe account is to have charges of the demo's.
      const payment = environment.payment?.provider.kind === 'sandbox' ? system.payment : undefined;
      const { attendanceDatabase: database } = system;
      await createDemoData({ ...system, payment }, { database, clock: systemClock, log });
    }
    const { host } = environment.common;
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

async function identityListener(
  hosted: Pick<IdentityHttpDependencies, 'subgraph' | 'database' | 'tokens' | 'log'>,
  environment: HostEnvironment,
): Promise<HttpService> {
  if (environment.port !== 0 && environment.port === environment.identityDoor.port) {
    throw new ConfigurationError('IDENTITY_PORT and ATTENDANCE_PORT must differ.');
  }
  const { publicUrl, trustProxy } = environment;
  const { explorer, corsOrigins, limits, maxDelay, deadline, bodyLimit } = environment.identityDoor;
  const settings = { publicUrl, explorer, corsOrigins, limits, maxDelay, deadline, bodyLimit, trustProxy };
  const isReady = () => hosted.database.isReachable();
  const { drainTime } = environment.common;
  return await identityHttpService({ ...hosted, isReady, drainTime, environment: settings });
}
