import {
  askedEvents,
  checkInRow,
  countsOf,
  doorEvent,
  eventId,
  eventRow,
  numberOf,
  recordsPerEvent,
  scannerOf,
  userRow,
} from './world.ts';

/** One request: what is sent, and the only right answer to it. */
export interface Ask {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

export interface Operation {
  readonly name: string;
  readonly about: string;
  /** Who asks. Requests of a USER are counted for the rate limits; people at the door are not. */
  readonly role: 'USER' | 'COMMITTEE';
  /** Whether requests may be made once and sent again; otherwise no two documents are alike. */
  readonly repeats: boolean;
  readonly isMutation: boolean;
  /** @param sequence another one for each request */
  ask(sequence: number): Ask;
  /** The data of the answer. */
  answer(sequence: number): unknown;
}

/** Steps that share no factor with the number of events, so that all are asked for and neighbours are far apart. */
const eventOf = (sequence: number) => (sequence * 577) % askedEvents;

const listQuery = `query List($first: Int!, $after: ID) {
  events(first: $first, after: $after) {
    edges { node { id name startsAt endsAt capacity venue { name city } } }
    pageInfo { hasNextPage endCursor }
  }
}`;

const summaryFields = (until: string | number) => `name
    summary {
      attendance {
        totalCheckedIn
        records(first: 20, until: ${until}) {
          edges { node { id ticketId gate checkedInAt checkedInBy { username kind } } }
        }
      }
    }`;

const summaryQuery = `query Summary($id: ID!, $until: Int) {
  event(id: $id) {
    ${summaryFields('$until')}
  }
}`;

const checkInMutation = `mutation CheckIn($input: CheckInInput!) {
  checkIn(input: $input) { id ticketId gate checkedInBy { username kind } }
}`;

// @@
const overviewQuery = `query Overview($after: ID) {
  events(first: 50, after: $after) {
    edges {
      node {
        id
        name
        organizer { username }
        summary { attendance { totalCheckedIn inside } }
      }
    }
  }
}`;

/** More than any event has, and another one each time: the argument varies, the answer does not. */
const untilOf = (sequence: number) => recordsPerEvent + 1 + sequence;

function summaryAnswer(sequence: number) {
  const number = eventOf(sequence);
  const records = Array.from({ length: recordsPerEvent }, (_, place) => checkInRow(number, place));
  const edges = records.map(({ id, ticketId, gate, checkedInAt, checkedInById }) => ({
    node: {
      id,
      ticketId,
      gate,
      checkedInAt: checkedInAt.toISOString(),
      checkedInBy: personOf(checkedInById),
    },
  }));
  const { totalCheckedIn } = countsOf(number);
  return {
    event: { name: eventRow(number).name, summary: { attendance: { totalCheckedIn, records: { edges } } } },
  };
}

function personOf(id: string) {
  const { username, kind } = userRow(numberOf(id));
  return { username, kind };
}

const list: Operation = {
  name: 'Q1',
  about: 'a list of ten, 1 subgraph',
  role: 'USER',
  repeats: true,
  isMutation: false,
  ask: (sequence) => ({ query: listQuery, variables: { first: 10, after: eventId(eventOf(sequence)) } }),
  answer: (sequence) => {
    const start = eventOf(sequence) + 1;
    const rows = Array.from({ length: 10 }, (_, place) => eventRow(start + place));
    const edges = rows.map(({ id, name, startsAt, endsAt, capacity, venue }) => ({
      node: { id, name, startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString(), capacity, venue },
    }));
    return { events: { edges, pageInfo: { hasNextPage: true, endCursor: eventId(start + 9) } } };
  },
};

const summary: Operation = {
  name: 'Q2v',
  about: 'event, attendance, users: 3 hops',
  role: 'COMMITTEE',
  repeats: true,
  isMutation: false,
  ask: (sequence) => ({
    query: summaryQuery,
    variables: { id: eventId(eventOf(sequence)), until: untilOf(sequence) },
  }),
  answer: summaryAnswer,
};

const inlinedSummary: Operation = {
  name: 'Q2u',
  about: 'Q2v with literals in the document, different every time',
  role: 'COMMITTEE',
  repeats: false,
  isMutation: false,
  ask: (sequence) => {
    const id = JSON.stringify(eventId(eventOf(sequence)));
    return { query: `{ event(id: ${id}) { ${summaryFields(untilOf(sequence))} } }` };
  },
  answer: summaryAnswer,
};

const ticketOf = (sequence: number) => `tck-${sequence}`;

const checkIn: Operation = {
  name: 'Q3',
  about: 'a mutation with an entity, 2 hops',
  role: 'COMMITTEE',
  repeats: true,
  isMutation: true,
  ask: (sequence) => {
    const input = { eventId: eventId(doorEvent), ticketId: ticketOf(sequence), gate: `Gate ${sequence % 4}` };
    return { query: checkInMutation, variables: { input } };
  },
  answer: (sequence) => {
    const ticketId = ticketOf(sequence);
    const checkedInBy = personOf(scannerOf(ticketId));
    return { checkIn: { id: `scan-${ticketId}`, ticketId, gate: `Gate ${sequence % 4}`, checkedInBy } };
  },
};

const overview: Operation = {
  name: 'Q4',
  about: 'a list of 50 with two entities each, 3 fetches',
  role: 'COMMITTEE',
  repeats: true,
  isMutation: false,
  ask: (sequence) => ({ query: overviewQuery, variables: { after: eventId(eventOf(sequence)) } }),
  answer: (sequence) => {
    const start = eventOf(sequence) + 1;
    const rows = Array.from({ length: 50 }, (_, place) => ({
      place: start + place,
      row: eventRow(start + place),
    }));
    const edges = rows.map(({ place, row: { id, name, organizerId } }) => ({
      node: {
        id,
        name,
        organizer: { username: personOf(organizerId).username },
        summary: { attendance: countsOf(place) },
      },
    }));
    return { events: { edges } };
  },
};

const leafFields = [
  'id',
  'description',
  'startsAt',
  'endsAt',
  'timezone',
  'capacity',
  'venue { city }',
] as const;

/** No two of them alike, in shape as well as in literals: nothing that a cache keeps of one serves another. */
export const distinctDocuments: Operation = {
  name: 'documents',
  about: 'distinct documents',
  role: 'USER',
  repeats: false,
  isMutation: false,
  ask: (sequence) => {
    const fields = leafFields.filter((_, place) => sequence & (1 << place)).join(' ');
    const id = JSON.stringify(eventId(eventOf(sequence)));
    return { query: `query Q${sequence} { event(id: ${id}) { f${sequence}: name ${fields} } }` };
  },
  answer: (sequence) => {
    const { id, name, description, startsAt, endsAt, timezone, capacity, venue } = eventRow(
      eventOf(sequence),
    );
    const values = [
      { id },
      { description },
      { startsAt: startsAt.toISOString() },
      { endsAt: endsAt.toISOString() },
      { timezone },
      { capacity },
      { venue: { city: venue.city } },
    ];
    const chosen = values.filter((_, place) => sequence & (1 << place));
    return { event: Object.assign({ [`f${sequence}`]: name }, ...chosen) };
  },
};

export const operations: readonly Operation[] = [list, summary, checkIn, inlinedSummary, overview];

/** @throws when there is none of this name */
export function operationNamed(name: string): Operation {
  const found = [...operations, distinctDocuments].find((operation) => operation.name === name);
  if (!found) throw new Error(`There is no operation ${name}.`);
  return found;
}

/** What the door counts; asked before and after mutations, since each must have changed it. */
export const doorQuery: Ask = {
  query: 'query Door($id: ID!) { event(id: $id) { summary { attendance { totalCheckedIn } } } }',
  variables: { id: eventId(doorEvent) },
};
