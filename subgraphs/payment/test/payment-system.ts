import { subgraphUnavailable } from '@tixgo/platform/errors.ts';
import { InProcessBus } from '@tixgo/platform/facts/in-process-bus.ts';
import { newId } from '@tixgo/platform/ids.ts';
import { createLog, type Log } from '@tixgo/platform/logging.ts';
import { type Answer, SubgraphClient, userViewer } from '@tixgo/platform/testing/ask.ts';
import { createTestDatabase, type TestDatabase } from '@tixgo/platform/testing/test-database.ts';
import type { UserViewer, Viewer } from '@tixgo/platform/viewer.ts';
import type { FactCatalogue } from '@tixgo/schema/facts/catalogue.ts';
import type { OrderChanged } from '@tixgo/schema/facts/ticket.ts';
import type { PaymentProvider } from '../service/provider/payment-provider.ts';
import type { ProviderSettings } from '../service/provider/provider-settings.ts';
import { SandboxProvider } from '../service/provider/sandbox-provider.ts';
import { buildPaymentSubgraph, type PaymentSubgraph } from '../subgraph.ts';
import { RefundAnswers } from './refund-answers.ts';

export const seconds = 1_000;
export const minutes = 60 * seconds;

const fields = `id status amount { amount currency } provider failureReason clientSecret order { id } createdAt
  refund { amount { amount currency } status reason createdAt }`;

export const documents = {
  payOrder: `mutation($input: PayOrderInput!) { payOrder(input: $input) {
    __typename
    ... on Payment { ${fields} }
    ... on PaymentDeclined { reason message payment { ${fields} } }
    ... on OrderNotPayable { orderStatus: status message }
  } }`,
  refundPayment: `mutation($id: ID!, $reason: String! = "asked") { refundPayment(id: $id, reason: $reason) { ${fields} } }`,
  completeSandboxAction: `mutation($clientSecret: String!, $authenticate: Boolean!) {
    completeSandboxAction(clientSecret: $clientSecret, authenticate: $authenticate) { ${fields} }
  }`,
  payment: `query($id: ID!) { payment(id: $id) { ${fields} } }`,
  payments: `query($filter: PaymentFilter, $first: Int, $after: String) {
    payments(filter: $filter, first: $first, after: $after) {
      edges { cursor node { id status refund { status } } } pageInfo { hasNextPage endCursor }
    }
  }`,
  myPayments: `query($first: Int, $after: String) {
    myPayments(first: $first, after: $after) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } }
  }`,
  entities: `query($representations: [_Any!]!) {
    _entities(representations: $representations) {
      __typename ... on Order { id payments { id status refund { status } } } ... on Payment { id status }
    }
  }`,
} as const;

export type Operation = keyof typeof documents;

type Input = Readonly<Record<string, unknown>>;

export interface PaymentSystemOptions {
  readonly poolSize?: number;
  /** What stands between the service and its sandbox. */
  readonly faults?: Partial<PaymentProvider>;
  readonly settings?: ProviderSettings;
  readonly log?: Log;
}

/** What the ticket service would say of an order, by the id; `down` while it does not answer. */
export class OrderOwner {
  readonly orders = new Map<string, Record<string, unknown>>();
  asked = 0;
  down = false;

  readonly lookup = async (_subgraph: string, _type: string, { id }: Readonly<Record<string, string>>) => {
    this.asked += 1;
    if (this.down) throw subgraphUnavailable();
    return this.orders.get(id ?? '') ?? null;
  };
}

interface Watch {
  now: Date;
}

/**
 * The payment service on a database of its own, with a clock that stands until it is moved. It does not begin its
 * rounds by itself, so that a test says when: `reconcile`.
 */
export class PaymentSystem {
  readonly admin = userViewer('ADMIN');
  readonly buyer = userViewer('USER', 'bea');
  readonly database: TestDatabase;
  readonly owner: OrderOwner;
  readonly bus: InProcessBus;
  readonly answers: RefundAnswers;
  readonly subgraph: PaymentSubgraph;
  readonly client: SubgraphClient;
  readonly #watch: Watch;

  static async start(options: PaymentSystemOptions = {}): Promise<PaymentSystem> {
    const watch = { now: new Date('2026-03-01T12:00:00.000Z') };
    return await PaymentSystem.#on(await createTestDatabase(options), options, watch, new RefundAnswers());
  }

  static async #on(
    database: TestDatabase,
    options: PaymentSystemOptions,
    watch: Watch,
    answers: RefundAnswers,
  ) {
    const { log = createLog('silent'), faults } = options;
    const provider = options.settings ?? { kind: 'sandbox', isProduction: false };
    const clock = () => watch.now;
    const owner = new OrderOwner();
    const bus = new InProcessBus(log);
    const subgraph = await buildPaymentSubgraph({
      database,
      bus,
      log,
      clock,
      lookup: owner.lookup,
      environment: { provider },
      ...(faults && { provider: withFaults(new SandboxProvider(database.db, clock), faults) }),
    });
    await subgraph.prepare();
    answers.listen(bus);
    return new PaymentSystem({ database, owner, bus, answers, subgraph }, watch);
  }

  constructor(
    {
      database,
      owner,
      bus,
      answers,
      subgraph,
    }: Pick<PaymentSystem, 'database' | 'owner' | 'bus' | 'answers' | 'subgraph'>,
    watch: Watch,
  ) {
    this.database = database;
    this.owner = owner;
    this.bus = bus;
    this.answers = answers;
    this.subgraph = subgraph;
    this.client = new SubgraphClient(subgraph);
    this.#watch = watch;
  }

  /** Another process on the same database, as after a crash or beside this one. */
  async replica(options: PaymentSystemOptions = {}): Promise<PaymentSystem> {
    return await PaymentSystem.#on(this.database, options, { now: this.now }, this.answers);
  }

  get now(): Date {
    return this.#watch.now;
  }

  set now(now: Date) {
    this.#watch.now = now;
  }

  pass(milliseconds: number): void {
    this.now = new Date(this.now.getTime() + milliseconds);
  }

  async reconcile(): Promise<void> {
    while (await this.subgraph.services.reconcile());
  }

  async stop(): Promise<void> {
    await this.subgraph.stop();
    await this.database.close();
  }

  async tell<Type extends keyof FactCatalogue>(type: Type, payload: FactCatalogue[Type]): Promise<void> {
    const key = 'orderId' in payload ? payload.orderId : newId();
    await this.bus.publish({
      id: newId(),
      type,
      version: 1,
      key,
      occurredAt: this.now.toISOString(),
      payload,
    });
  }

  /** Tells of an order by a fact, as the ticket service does, and answers what it told. */
  async order(change: Partial<OrderChanged> = {}): Promise<OrderChanged> {
    const amount = change.total?.amount ?? 4200;
    const order: OrderChanged = {
      orderId: newId(),
      eventId: newId(),
      buyerId: this.buyer.id,
      status: 'PENDING',
      total: { amount, currency: 'EUR' },
      refundable: amount,
      expiresAt: new Date(this.now.getTime() + 10 * minutes).toISOString(),
      version: 1,
      ...change,
    };
    this.answers.note(order);
    await this.tell('order.changed', order);
    return order;
  }

  /** What an operation answers, to the buyer unless somebody else asks. */
  async ask(operation: Operation, variables: Input = {}, viewer: Viewer = this.buyer): Promise<Answer> {
    const answer = await this.client.data(documents[operation], variables, viewer);
    return answer[operation === 'entities' ? '_entities' : operation];
  }

  async refusal(operation: Operation, variables: Input = {}, viewer: Viewer = this.buyer): Promise<Answer> {
    return await this.client.refusal(documents[operation], variables, viewer);
  }

  async pay(
    orderId: string,
    paymentMethod = 'pm_card_visa',
    { key = newId(), viewer = this.buyer }: { key?: string; viewer?: UserViewer } = {},
  ): Promise<Answer> {
    return await this.ask('payOrder', { input: { orderId, paymentMethod, idempotencyKey: key } }, viewer);
  }

  /** A payment of a new order by this method, and the order's id. */
  async paid(paymentMethod = 'pm_card_visa', change: Partial<OrderChanged> = {}): Promise<Answer> {
    const { orderId } = await this.order(change);
    return { orderId, ...(await this.pay(orderId, paymentMethod)) };
  }

  async payment(id: string, viewer: Viewer = this.admin): Promise<Answer> {
    return await this.ask('payment', { id }, viewer);
  }

  async refund(id: string, viewer: Viewer = this.admin): Promise<Answer> {
    return await this.ask('refundPayment', { id }, viewer);
  }

  /** What was told of an order, in order. */
  async told(orderId: string): Promise<Answer[]> {
    const { rows } = await this.database.pool.query(
      'select type, payload from payment.outbox where key = $1 order by sequence',
      [orderId],
    );
    return rows;
  }

  async types(orderId: string): Promise<string[]> {
    return (await this.told(orderId)).map(({ type }) => type);
  }

  /** What the sandbox's ledger has of an order's intents. */
  async ledger(orderId: string): Promise<Answer[]> {
    const { rows } = await this.database.pool.query(
      `select state, charged, refunded from payment.sandbox_intent
       where ref in (select provider_ref from payment.payment where order_id = $1) order by ref`,
      [orderId],
    );
    return rows;
  }
}

function withFaults(provider: PaymentProvider, faults: Partial<PaymentProvider>): PaymentProvider {
  return new Proxy(provider, {
    get: (target, name) => {
      const value: unknown = Reflect.get(name in faults ? faults : target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** What a process that was killed never hears of. */
export function never(): Promise<never> {
  return new Promise(() => {});
}

/** An answer that comes when the test says so. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}
