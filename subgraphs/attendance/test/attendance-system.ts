import { subgraphUnavailable } from '@tixgo/platform/errors.ts';
import { InProcessBus } from '@tixgo/platform/facts/in-process-bus.ts';
import { newId } from '@tixgo/platform/ids.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import type { EntityLookup } from '@tixgo/platform/subgraphs/subgraph-dependencies.ts';
import { SubgraphClient, userViewer } from '@tixgo/platform/testing/ask.ts';
import { createTestDatabase, type TestDatabase } from '@tixgo/platform/testing/test-database.ts';
import type { EventChanged } from '@tixgo/schema/facts/event.ts';
import { type AttendanceSubgraph, buildAttendanceSubgraph } from '../subgraph.ts';
import { TicketService } from './ticket-service.ts';

export const scanner = userViewer('SCANNER', 'dora');
export const committee = userViewer('COMMITTEE', 'conrad');

/** What the owner of events would say of an id, by the id; `down` while it does not answer. */
export class EventOwner {
  readonly events = new Map<string, Record<string, unknown>>();
  asked = 0;
  down = false;

  readonly lookup = async (
    _subgraph: string,
    _typename: string,
    { id }: Readonly<Record<string, string>>,
    fields: string,
  ) => {
    this.asked += 1;
    if (this.down) throw subgraphUnavailable();
    const event = this.events.get(id ?? '');
    return event ? Object.fromEntries(fields.split(' ').map((field) => [field, event[field]])) : null;
  };
}

export interface AttendanceSystem {
  readonly database: TestDatabase;
  readonly subgraph: AttendanceSubgraph;
  readonly client: SubgraphClient;
  readonly bus: InProcessBus;
  readonly owner: EventOwner;
  readonly tickets: TicketService;
  /** Asks the owner of events or of tickets. */
  readonly lookup: EntityLookup;
  /** Sets the clock. */
  at(time: string): void;
  /** Tells of an event by a fact, as the event service does, and answers its id. */
  event(change?: Partial<EventChanged>): Promise<string>;
  /** Tells by a fact that an event is gone. */
  deleted(eventId: string): Promise<void>;
  close(): Promise<void>;
}

export async function startAttendance(options: { poolSize?: number } = {}): Promise<AttendanceSystem> {
  const database = await createTestDatabase(options);
  const log = createLog('error');
  const bus = new InProcessBus(log);
  const owner = new EventOwner();
  const tickets = new TicketService(bus);
  const lookup: EntityLookup = async (name, typename, key, fields) =>
    name === 'ticket'
      ? await tickets.lookup(fields, key.id)
      : await owner.lookup(name, typename, key, fields);
  let now: string | undefined;
  const clock = () => (now === undefined ? new Date() : new Date(now));
  const { ticketKeys } = tickets;
  const subgraph = buildAttendanceSubgraph({ database, bus, log, clock, lookup, ticketKeys });
  await subgraph.prepare();
  subgraph.start();
  return {
    database,
    subgraph,
    bus,
    owner,
    tickets,
    lookup,
    client: new SubgraphClient(subgraph),
    at: (time) => {
      now = time;
    },
    event: async (change = {}) => {
      const payload = { ...openEvent(), ...change };
      await bus.publish({
        id: newId(),
        type: 'event.changed',
        version: 1,
        key: payload.eventId,
        occurredAt: payload.updatedAt,
        payload,
      });
      return payload.eventId;
    },
    deleted: async (eventId) => {
      const updatedAt = '2026-06-30T10:00:00.000Z';
      await bus.publish({
        id: newId(),
        type: 'event.deleted',
        version: 1,
        key: eventId,
        occurredAt: updatedAt,
        payload: { eventId, updatedAt },
      });
    },
    close: async () => {
      await subgraph.stop();
      await database.close();
    },
  };
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

export const checkIn = /* GraphQL */ `
  mutation ($input: CheckInInput!) {
    checkIn(input: $input) {
      __typename
      ... on CheckIn { id eventId ticketId direction gate checkedInAt checkedInBy { id username } forced undoneAt }
      ... on CheckInRefusal { reason message refusedTicket: ticketId previous { id checkedInBy { username } gate } }
    }
  }
`;

export const undo = /* GraphQL */ `
  mutation ($id: ID!, $reason: String = "mistake") { undoCheckIn(id: $id, reason: $reason) { id undoneAt } }
`;

export const attendance = /* GraphQL */ `
  query ($eventId: ID!) {
    attendance(eventId: $eventId) { totalCheckedIn inside refused expected gates { gate checkedIn inside } }
  }
`;
