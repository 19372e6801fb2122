import { prepareSchema } from '@tixgo/platform/database/migrate.ts';
import { Inbox } from '@tixgo/platform/facts/inbox.ts';
import { Outbox } from '@tixgo/platform/facts/outbox.ts';
import { OutboxRelay } from '@tixgo/platform/facts/relay.ts';
import { factSweep } from '@tixgo/platform/facts/retention.ts';
import { buildSubgraph } from '@tixgo/platform/graphql/subgraph.ts';
import { forgetAnswers } from '@tixgo/platform/idempotency/idempotency.ts';
import { RepeatedWork } from '@tixgo/platform/repeated-work.ts';
import type {
  EntityLookup,
  RunnableSubgraph,
  SubgraphDependencies,
} from '@tixgo/platform/subgraphs/subgraph-dependencies.ts';
import { readSubgraphSdl } from '@tixgo/schema/subgraph-sdl.ts';
import type { PaymentEnvironment } from './env.ts';
import { paymentFactConsumer } from './facts.ts';
import type { Context } from './resolvers/context.ts';
import { resolvers } from './resolvers/resolvers.ts';
import { type PaymentServices, paymentServices } from './service/payment-services.ts';
import { PaymentsUnderWay } from './service/payments-under-way.ts';
import type { PaymentProvider } from './service/provider/payment-provider.ts';
import { SandboxProvider } from './service/provider/sandbox-provider.ts';
import { paymentMigrations } from './store/migrations.ts';
import { answers, inbox as inboxTable, outbox as outboxTable, relayLease } from './store/tables.ts';

export interface PaymentSubgraph extends RunnableSubgraph {
  /** For the webhook and demo data, which come in by the same door as everything else. */
  readonly services: PaymentServices;
}

export interface PaymentSubgraphDependencies extends SubgraphDependencies {
  readonly lookup: EntityLookup;
  readonly environment: Pick<PaymentEnvironment, 'provider'>;
  /** The environment's, unless a test watches. */
  readonly provider?: PaymentProvider;
}

/** In milliseconds. */
const reconcileInterval = 500;
const forgetInterval = 60_000;

export async function buildPaymentSubgraph(
  dependencies: PaymentSubgraphDependencies,
): Promise<PaymentSubgraph> {
  const { database, bus, log, clock, lookup, environment } = dependencies;
  const { db } = database;
  const outbox = new Outbox(db, outboxTable);
  const tables = { outbox: outboxTable, relayLease, inbox: inboxTable };
  const facts = { service: 'payment', database: db, tables, log, clock };
  const relay = new OutboxRelay({ ...facts, bus });
  const sweep = factSweep(facts);
  const underWay = new PaymentsUnderWay();
  const provider = dependencies.provider ?? (await providerOf(dependencies));
  const services = paymentServices({ database: db, outbox, clock, log, lookup, provider, underWay });
  const reconciler = new RepeatedWork({
    name: 'payment reconciler',
    interval: reconcileInterval,
    work: services.reconcile,
    log,
  });
  const forgetting = new RepeatedWork({
    name: 'forgetting of payment answers',
    interval: forgetInterval,
    work: async () => await forgetAnswers(db, answers, clock()),
    log,
  });
  const subgraph = buildSubgraph<Context>({
    name: 'payment',
    sdl: readSubgraphSdl('payment'),
    resolvers,
    createContext: (scope) => ({ ...scope, services, payments: services.paymentFinder(scope.viewer) }),
    log,
  });
  return {
    ...subgraph,
    services,
    prepare: async () => {
      const { provider: settings } = environment;
      if (settings.kind === 'sandbox' && settings.isProduction)
        log.warn('PAYMENT_PROVIDER is sandbox: payments move no money');
      await prepareSchema(database, paymentMigrations, log);
      bus.subscribe(paymentFactConsumer(new Inbox(db, inboxTable, clock), clock));
      outbox.wakes(() => relay.wake());
    },
    start: () => {
      relay.start();
      sweep.start();
      reconciler.start();
      forgetting.start();
    },
    stop: async () => {
      await Promise.all([reconciler.stop(), forgetting.stop(), underWay.stop()]);
      await sweep.stop();
      await relay.stop();
    },
  };
}

async function providerOf({
  environment,
  database,
  clock,
}: PaymentSubgraphDependencies): Promise<PaymentProvider> {
  const { provider } = environment;
  if (provider.kind === 'sandbox') return new SandboxProvider(database.db, clock);
  // With Stripe's library, which takes six megabytes.
  const { StripeProvider } = await import('./service/provider/stripe-provider.ts');
  return new StripeProvider(provider, clock);
}
