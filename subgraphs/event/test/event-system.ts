import type { Fact } from '@tixgo/platform/facts/fact.ts';
import { InProcessBus } from '@tixgo/platform/facts/in-process-bus.ts';
import { newId } from '@tixgo/platform/ids.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import { type Answer, SubgraphClient, userViewer } from '@tixgo/platform/testing/ask.ts';
import { createTestDatabase, type TestDatabase } from '@tixgo/platform/testing/test-database.ts';
import type { UserViewer, Viewer } from '@tixgo/platform/viewer.ts';
import { buildEventSubgraph, type EventSubgraph } from '../subgraph.ts';

export const minutes = 60_000;

const fields = `id name description venue { name address city country latitude longitude } startsAt endsAt timezone
  capacity status admission entryPolicy gates organizer { id } createdAt updatedAt`;

export const documents = {
  createEvent: `mutation($input: CreateEventInput!) { createEvent(input: $input) { ${fields} } }`,
  updateEvent: `mutation($id: ID!, $input: UpdateEventInput!) { updateEvent(id: $id, input: $input) { ${fields} } }`,
  deleteEvent: 'mutation($id: ID!) { deleteEvent(id: $id) }',
  publishEvent: `mutation($id: ID!) { publishEvent(id: $id) { ${fields} } }`,
  cancelEvent: `mutation($id: ID!, $reason: String) { cancelEvent(id: $id, reason: $reason) { ${fields} } }`,
  proposeEvent: `mutation($input: ProposeEventInput!) { proposeEvent(input: $input) { ${fields} } }`,
  updateProposal: `mutation($id: ID!, $input: UpdateEventInput!) {
    updateProposal(id: $id, input: $input) { ${fields} }
  }`,
  withdrawProposal: 'mutation($id: ID!) { withdrawProposal(id: $id) }',
  event: `query($id: ID!) { event(id: $id) { ${fields} } }`,
  events: `query($filter: EventFilter, $orderBy: EventOrder, $first: Int, $after: String) {
    events(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
      edges { cursor node { id } } pageInfo { hasNextPage endCursor }
    }
  }`,
  myEvents: `query($first: Int, $after: String) {
    myEvents(first: $first, after: $after) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } }
  }`,
  entities: `query($representations: [_Any!]!) {
    _entities(representations: $representations) { __typename ... on Event { id name } }
  }`,
} as const;

export type Operation = keyof typeof documents;

/** The least that an event needs. */
export const evening = {
  name: 'An evening',
  startsAt: '2026-07-01T18:00:00.000Z',
  endsAt: '2026-07-01T22:00:00.000Z',
  timezone: 'Europe/Berlin',
} as const;

type Input = Readonly<Record<string, unknown>>;

/** The event service on a database of its own, with a clock that stands until it is moved. */
export class EventSystem {
  readonly admin = userViewer('ADMIN');
  readonly database: TestDatabase;
  readonly bus: InProcessBus;
  readonly subgraph: EventSubgraph;
  readonly client: SubgraphClient;
  now = new Date('2026-03-01T12:00:00.000Z');

  static async start(options: { poolSize?: number } = {}): Promise<EventSystem> {
    const system = new EventSystem(await createTestDatabase(options));
    await system.subgraph.prepare();
    system.subgraph.start();
    return system;
  }

  constructor(database: TestDatabase) {
    const log = createLog('silent');
    this.database = database;
    this.bus = new InProcessBus(log);
    this.subgraph = buildEventSubgraph({ database, bus: this.bus, log, clock: () => this.now });
    this.client = new SubgraphClient(this.subgraph);
  }

  pass(milliseconds: number): void {
    this.now = new Date(this.now.getTime() + milliseconds);
  }

  async stop(): Promise<void> {
    await this.subgraph.stop();
    await this.database.close();
  }

  /** What an operation answers, as an ADMIN unless somebody else asks. */
  async ask(operation: Operation, variables: Input, viewer: Viewer = this.admin): Promise<Answer> {
    const answer = await this.client.data(documents[operation], variables, viewer);
    return answer[operation === 'entities' ? '_entities' : operation];
  }

  /** How an operation is refused, to an ADMIN unless somebody else asks. */
  async refusal(operation: Operation, variables: Input, viewer: Viewer = this.admin): Promise<Answer> {
    return await this.client.refusal(documents[operation], variables, viewer);
  }

  /** The code with which an operation is refused, or `done`. */
  async outcome(operation: Operation, variables: Input, viewer: Viewer = this.admin): Promise<unknown> {
    const { errors } = await this.client.answer(documents[operation], variables, viewer);
    return errors ? errors[0]?.extensions?.code : 'done';
  }

  async create(input: Input = {}, viewer: Viewer = this.admin): Promise<Answer> {
    return await this.ask('createEvent', { input: { ...evening, ...input } }, viewer);
  }

  async draft(input: Input = {}, viewer: Viewer = this.admin): Promise<Answer> {
    return await this.create({ ...input, status: 'DRAFT' }, viewer);
  }

  async canceled(input: Input = {}): Promise<Answer> {
    const { id } = await this.create(input);
    return await this.ask('cancelEvent', { id });
  }

  async propose(viewer: UserViewer, input: Input = {}): Promise<Answer> {
    return await this.ask('proposeEvent', { input: { ...evening, ...input } }, viewer);
  }

  /** Ids of the events in a list, in its order. */
  async listed(
    operation: 'events' | 'myEvents',
    variables: Input = {},
    viewer: Viewer = this.admin,
  ): Promise<string[]> {
    const { edges } = await this.ask(operation, variables, viewer);
    return edges.map(({ node }: { node: { id: string } }) => node.id);
  }

  /** The door tells that it admitted somebody; resolves once that is known here. */
  async admitSomebody(eventId: string): Promise<void> {
    await this.bus.publish(attendanceStarted(eventId, this.now.toISOString()));
  }

  /** What was told of an event, in order. */
  async told(id: string): Promise<Answer[]> {
    const { rows } = await this.database.pool.query(
      'select type, version, payload, occurred_at from event.outbox where key = $1 order by sequence',
      [id],
    );
    return rows.map(({ occurred_at, ...fact }) => ({ ...fact, occurredAt: occurred_at.toISOString() }));
  }
}

export function attendanceStarted(eventId: string, at: string): Fact {
  return {
    id: newId(),
    type: 'attendance.started',
    version: 1,
    key: eventId,
    occurredAt: at,
    payload: { eventId, at },
  };
}

/** Resolves once a statement waits for a row that another transaction holds. */
export async function waitForLock(database: TestDatabase): Promise<'waiting'> {
  const query =
    "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  while ((await database.pool.query(query)).rows.length === 0);
  return 'waiting';
}
