import { InProcessBus } from '@tixgo/platform/facts/in-process-bus.ts';
import { newId } from '@tixgo/platform/ids.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import type { EntityLookup } from '@tixgo/platform/subgraphs/subgraph-dependencies.ts';
import { type Answer, SubgraphClient, userViewer } from '@tixgo/platform/testing/ask.ts';
import { createTestDatabase, type TestDatabase } from '@tixgo/platform/testing/test-database.ts';
import type { FactCatalogue } from '@tixgo/schema/facts/catalogue.ts';
import type { EventChanged } from '@tixgo/schema/facts/event.ts';
import { type AttendanceSubgraph, buildAttendanceSubgraph } from '../subgraph.ts';
import { EventOwner } from './event-owner.ts';
import { TicketService } from './ticket-service.ts';

export const scanner = userViewer('SCANNER', 'dora');
export const committee = userViewer('COMMITTEE', 'conrad');

export const checkIn = /* GraphQL */ `
  mutation ($input: CheckInInput!) {
    checkIn(input: $input) {
      __typename
      ... on CheckIn { id eventId ticketId direction gate checkedInAt checkedInBy { id username } forced undoneAt }
      ... on CheckInRefusal { reason message refusedTicket: ticketId previous { id checkedInBy { username } gate } }
    }
  }
`;

/** What `checkIn` answers of a ticket that is let in, and of one that is not. */
export const admitted = { __typename: 'CheckIn' };
export const refused = (reason: string) => ({ __typename: 'CheckInRefusal', reason });

export const undo = /* GraphQL */ `
  mutation ($id: ID!, $reason: String = "mistake") { undoCheckIn(id: $id, reason: $reason) { id undoneAt } }
`;

const verify = /* GraphQL */ `
  query ($eventId: ID!, $code: String, $ticketId: ID) {
    verifyTicket(eventId: $eventId, code: $code, ticketId: $ticketId) { admissible reason message ticketId previous { id } }
  }
`;

const attendance = /* GraphQL */ `
  query ($eventId: ID!) {
    attendance(eventId: $eventId) { totalCheckedIn inside refused expected gates { gate checkedIn inside } }
  }
`;

type Input = Readonly<Record<string, unknown>>;

/** Attendance on a database of its own, between a stand-in for the owner of events and one for that of tickets. */
export class AttendanceSystem {
  readonly database: TestDatabase;
  readonly bus: InProcessBus;
  readonly owner = new EventOwner();
  readonly tickets: TicketService;
  readonly subgraph: AttendanceSubgraph;
  readonly client: SubgraphClient;
  #now: Date | undefined;

  static async start(options: { poolSize?: number } = {}): Promise<AttendanceSystem> {
    const system = new AttendanceSystem(await createTestDatabase(options));
    await system.subgraph.prepare();
    system.subgraph.start();
    return system;
  }

  private constructor(database: TestDatabase) {
    const log = createLog('error');
    this.database = database;
    this.bus = new InProcessBus(log);
    this.tickets = new TicketService(this.bus);
    this.subgraph = buildAttendanceSubgraph({
      database,
      bus: this.bus,
      log,
      clock: () => this.#now ?? new Date(),
      lookup: this.lookup,
      ticketKeys: this.tickets.ticketKeys,
    });
    this.client = new SubgraphClient(this.subgraph);
  }

  /** Asks the owner of events or of tickets. */
  readonly lookup: EntityLookup = async (subgraph, _typename, { id }, fields) =>
    await (subgraph === 'ticket' ? this.tickets : this.owner).lookup(fields, id);

  /** Sets the clock. */
  at(time: string): void {
    this.#now = new Date(time);
  }

  /** Tells of an event by a fact, as the event service does, and answers its id. */
  async event(change: Partial<EventChanged> = {}): Promise<string> {
    const event = { ...openEvent(), ...change };
    await this.#tell('event.changed', event);
    return event.eventId;
  }

  /** Tells of an event whose door admits issued tickets only. */
  async ticketedEvent(change: Partial<EventChanged> = {}): Promise<string> {
    return await this.event({ admission: 'TICKETED', ...change });
  }

  /** Tells by a fact that an event is gone. */
  async deleted(eventId: string): Promise<void> {
    await this.#tell('event.deleted', { eventId, updatedAt: '2026-06-30T10:00:00.000Z' });
  }

  /** What `checkIn` answers. */
  async scan(input: Input, viewer = scanner): Promise<Answer> {
    return (await this.client.data(checkIn, { input }, viewer)).checkIn;
  }

  /** The error of a scan that cannot be decided. */
  async scanError(input: Input, viewer = scanner): Promise<Answer> {
    return await this.client.refusal(checkIn, { input }, viewer);
  }

  async undo(checkInId: string): Promise<Answer> {
    return (await this.client.data(undo, { id: checkInId }, committee)).undoCheckIn;
  }

  async verify(eventId: string, input: Input): Promise<Answer> {
    return (await this.client.data(verify, { eventId, ...input }, scanner)).verifyTicket;
  }

  /** How many were let in, are inside, refused and expected, in all and by gate. */
  async counts(eventId: string): Promise<Answer> {
    return (await this.client.data(attendance, { eventId }, scanner)).attendance;
  }

  async close(): Promise<void> {
    await this.subgraph.stop();
    await this.database.close();
  }

  async #tell<Type extends 'event.changed' | 'event.deleted'>(
    type: Type,
    payload: FactCatalogue[Type],
  ): Promise<void> {
    const { eventId, updatedAt } = payload;
    await this.bus.publish({ id: newId(), type, version: 1, key: eventId, occurredAt: updatedAt, payload });
  }
}

function openEvent(): EventChanged {
  return {
    eventId: newId(),
    name: 'An event',
    status: 'PUBLISHED',
    admission: 'OPEN',
    entryPolicy: 'ONCE',
    timezone: 'Europe/Berlin',
    gates: [],
    capacity: null,
    startsAt: '2026-07-01T10:00:00.000Z',
    endsAt: '2026-07-08T10:00:00.000Z',
    updatedAt: '2026-06-01T10:00:00.000Z',
  };
}
