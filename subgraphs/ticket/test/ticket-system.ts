import { generateKeyPairSync } from 'node:crypto';
import { signingKeyOf } from '@tixgo/platform/compact-jws.ts';
import type { Fact } from '@tixgo/platform/facts/fact.ts';
import { InProcessBus } from '@tixgo/platform/facts/in-process-bus.ts';
import { newId } from '@tixgo/platform/ids.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import { SubgraphClient, userViewer } from '@tixgo/platform/testing/ask.ts';
import { createTestDatabase, type TestDatabase } from '@tixgo/platform/testing/test-database.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import type { FactCatalogue, FactType } from '@tixgo/schema/facts/catalogue.ts';
import type { EventChanged } from '@tixgo/schema/facts/event.ts';
import { buildTicketSubgraph, type TicketSubgraph } from '../subgraph.ts';
import { EventOwner } from './event-owner.ts';

export const admin = userViewer('ADMIN', 'ada');
export const buyer = () => userViewer('USER', 'bea');

export interface TicketSystem {
  readonly database: TestDatabase;
  readonly subgraph: TicketSubgraph;
  readonly client: SubgraphClient;
  /** What the service told, oldest first. */
  readonly told: Fact[];
  /** Users that identity knows, by name. */
  readonly users: Map<string, string>;
  /** Asked about events that the service was told nothing of. */
  readonly owner: EventOwner;
  /** Sets the clock. */
  at(time: string): void;
  /** Tells the service a fact, as another service does. */
  tell<Type extends FactType>(
    type: Type,
    key: string,
    payload: FactCatalogue[Type],
    id?: string,
  ): Promise<void>;
  /** Tells of a published event, and answers its id. */
  event(change?: Partial<EventChanged>): Promise<string>;
  /** Makes a type, and answers its id. */
  type(eventId: string, change?: Record<string, unknown>): Promise<string>;
  reserve(
    viewer: UserViewer,
    eventId: string,
    typeId: string,
    quantity?: number,
    key?: string,
  ): Promise<Answer>;
  /** Pays an order as the payment service does: begun and succeeded. Answers the payment's id. */
  pay(orderId: string): Promise<string>;
  /** Resolves once everything that was told so far has been published. */
  settled(): Promise<void>;
  /** What was told of a thing, oldest first, once all is published. */
  toldOf(type: FactType, key: string): Promise<Answer[]>;
  /** Another replica on the same database; it hears no facts and sweeps when it is told to. */
  replica(options?: ReplicaOptions): TicketSubgraph;
  close(): Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape it asked for
export type Answer = any;

export const reserveTickets = /* GraphQL */ `
  mutation ($input: ReserveTicketsInput!) {
    reserveTickets(input: $input) {
      __typename
      ... on Order { id status total { amount currency } expiresAt lines { quantity price { amount } type { id } } tickets { id code } }
      ... on SoldOut { available message soldOut: type { id } }
      ... on SalesClosed { opensAt message closed: type { id } }
      ... on LimitExceeded { maxPerOrder message limited: type { id } }
    }
  }
`;

export const createType = /* GraphQL */ `
  mutation ($input: CreateTicketTypeInput!) { createTicketType(input: $input) { id } }
`;

export interface ReplicaOptions {
  readonly coalesce?: boolean;
  /** It signs with a key that the others do not have yet. */
  readonly newKey?: boolean;
}

export interface StartOptions {
  readonly poolSize?: number;
  /** How long an order holds its tickets, in seconds. */
  readonly window?: number;
  /** Sweeping and unwinding run by themselves; a test that waits for neither calls them when it wants them. */
  readonly works?: boolean;
  /** How many keys there are to sign codes with: one, unless they are about to change. */
  readonly signingKeys?: number;
}

export async function startTickets(options: StartOptions = {}): Promise<TicketSystem> {
  const database = await createTestDatabase(options);
  const log = createLog('error');
  const bus = new InProcessBus(log);
  const users = new Map<string, string>();
  const owner = new EventOwner();
  const told: Fact[] = [];
  let now: string | undefined;
  const clock = () => (now === undefined ? new Date() : new Date(now));
  const dependencies = {
    database,
    log,
    clock,
    lookup: async (
      _subgraph: string,
      typename: string,
      { id = '', username = '' }: Readonly<Record<string, string>>,
      fields: string,
    ) => {
      if (typename === 'Event') return owner.find(id, fields);
      const userId = users.get(username);
      return userId === undefined ? null : { id: userId };
    },
    settings: { orderWindowSeconds: options.window ?? 60, resaleMaxPercent: 100 },
    signingKeys: Array.from({ length: options.signingKeys ?? 1 }, newSigningKey),
  };
  const subgraph = buildTicketSubgraph({ ...dependencies, bus });
  await subgraph.prepare();
  const types: FactType[] = [
    'order.changed',
    'order.refund-due',
    'order.refund-declined',
    'ticket.changed',
    'ticket.sales-started',
    'ticket.key-added',
  ];
  bus.subscribe({
    name: 'test',
    types,
    handle: async (fact) => {
      told.push(fact);
    },
  });
  if (options.works ?? true) subgraph.start();
  const client = new SubgraphClient(subgraph);
  const tell: TicketSystem['tell'] = async (type, key, payload, id = newId()) => {
    const occurredAt = clock().toISOString();
    await bus.publish({ id, type, version: 1, key, occurredAt, payload });
  };
  const settled = async () => {
    const unpublished = 'select count(*)::int as n from ticket.outbox where published_at is null';
    for (;;) {
      const { rows } = await database.pool.query(unpublished);
      if (rows[0].n === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  return {
    database,
    subgraph,
    client,
    told,
    users,
    owner,
    tell,
    at: (time) => {
      now = time;
    },
    event: async (change = {}) => {
      const payload = { ...someEvent(), ...change };
      await tell('event.changed', payload.eventId, payload);
      return payload.eventId;
    },
    type: async (eventId, change = {}) => {
      const price = { amount: 2500, currency: 'EUR' };
      const input = { eventId, name: 'Standing', price, capacity: 10, ...change };
      return (await client.data(createType, { input }, admin)).createTicketType.id;
    },
    reserve: async (viewer, eventId, typeId, quantity = 1, idempotencyKey = newId()) => {
      const input = { eventId, lines: [{ ticketTypeId: typeId, quantity }], idempotencyKey };
      return (await client.data(reserveTickets, { input }, viewer)).reserveTickets;
    },
    pay: async (orderId) => {
      const paymentId = newId();
      const { total } = (
        await client.data('query ($id: ID!) { order(id: $id) { total { amount } } }', { id: orderId }, admin)
      ).order;
      await tell('payment.started', orderId, { orderId, paymentId, at: clock().toISOString() });
      await tell('payment.succeeded', orderId, { orderId, paymentId, amount: total.amount });
      return paymentId;
    },
    settled,
    toldOf: async (type, key) => {
      await settled();
      return told.filter((fact) => fact.type === type && fact.key === key).map(({ payload }) => payload);
    },
    replica: ({ coalesce = true, newKey = false } = {}) => {
      const signingKeys = [...(newKey ? [newSigningKey()] : []), ...dependencies.signingKeys];
      return buildTicketSubgraph({ ...dependencies, signingKeys, bus: new InProcessBus(log), coalesce });
    },
    close: async () => {
      await subgraph.stop();
      await database.close();
    },
  };
}

const newSigningKey = () => signingKeyOf(generateKeyPairSync('ed25519').privateKey);

function someEvent(): EventChanged {
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  return {
    eventId: newId(),
    name: 'An event',
    status: 'PUBLISHED',
    admission: 'TICKETED',
    entryPolicy: 'ONCE',
    timezone: 'UTC',
    gates: ['North', 'South'],
    capacity: null,
    startsAt: inDays(10),
    endsAt: inDays(11),
    updatedAt: inDays(-1),
  };
}
