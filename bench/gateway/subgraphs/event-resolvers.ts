import { dateTimeScalar } from '@tixgo/platform/graphql/date-time.ts';
import { type EventRow, eventCount, eventRow, numberOf } from '../world.ts';

/** In memory: what is measured is the gateway. */
export function eventResolvers(): object {
  const events = Array.from({ length: eventCount }, (_, number) => eventRow(number));
  const find = (id: string) => events[numberOf(id)] ?? null;
  return {
    DateTime: dateTimeScalar,
    Query: {
      event: (_root: unknown, { id }: { id: string }) => find(id),
      events: (_root: unknown, { first, after }: { first: number; after?: string | null }) => {
        const start = after ? numberOf(after) + 1 : 0;
        return pageOf(events, start, first);
      },
    },
    Event: {
      __resolveReference: ({ id }: { id: string }) => find(id),
      organizer: ({ organizerId }: EventRow) => ({ __typename: 'User', id: organizerId }),
      summary: ({ id }: EventRow) => ({ eventId: id }),
    },
    EventSummary: {
      __resolveReference: ({ eventId }: { eventId: string }) => (find(eventId) ? { eventId } : null),
      event: ({ eventId }: { eventId: string }) => find(eventId),
      attendance: ({ eventId }: { eventId: string }) => ({ __typename: 'Attendance', eventId }),
    },
  };
}

function pageOf(events: readonly EventRow[], start: number, first: number) {
  const page = events.slice(start, start + first);
  return {
    edges: page.map((node) => ({ cursor: node.id, node })),
    pageInfo: { hasNextPage: start + first < events.length, endCursor: page.at(-1)?.id ?? null },
  };
}
