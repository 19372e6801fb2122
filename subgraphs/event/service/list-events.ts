import { badUserInput } from '@tixgo/platform/errors.ts';
import { type Connection, Cursors, type PageArguments } from '@tixgo/platform/graphql/connection.ts';
import { cleanGivenText } from '@tixgo/platform/input-text.ts';
import type { Optional } from '@tixgo/platform/optional-input.ts';
import type { UserViewer, Viewer } from '@tixgo/platform/viewer.ts';
import { isEventId } from '@tixgo/schema/facts/event-id.ts';
import type { EventRecord, EventStatus } from '../domain/event.ts';
import {
  type EventListFilter,
  type EventListKey,
  type EventOrder,
  eventListKey,
  listEventsOf,
  listEvents as selectEvents,
} from '../store/event-lists.ts';
import type { EventDependencies } from './dependencies.ts';
import { onlookerOf } from './onlooker.ts';

export interface EventFilterInput {
  readonly status?: Optional<EventStatus>;
  readonly search?: Optional<string>;
  readonly city?: Optional<string>;
  readonly from?: Optional<Date>;
  readonly to?: Optional<Date>;
}

export interface EventListArguments extends PageArguments {
  readonly filter?: Optional<EventFilterInput>;
  readonly orderBy?: Optional<EventOrder>;
}

export const listEvents =
  ({ database }: EventDependencies) =>
  async (viewer: Viewer, args: EventListArguments): Promise<Connection<EventRecord>> => {
    const order = args.orderBy ?? 'STARTS_AT_ASC';
    const cursors = eventCursors(`events:${order}`);
    const page = cursors.page(args);
    const rows = await selectEvents(database, page, order, cleanFilter(args.filter), onlookerOf(viewer));
    return cursors.connection(rows, page, (event) => eventListKey(event, order));
  };

export const listMyEvents =
  ({ database }: EventDependencies) =>
  async (viewer: UserViewer, args: PageArguments): Promise<Connection<EventRecord>> => {
    const cursors = eventCursors('myEvents');
    const page = cursors.page(args);
    const rows = await listEventsOf(database, page, viewer.id);
    return cursors.connection(rows, page, (event) => eventListKey(event, 'CREATED_AT_DESC'));
  };

function eventCursors(list: string): Cursors<EventListKey> {
  return new Cursors(
    list,
    ([time, id, ...rest]) => isIsoTime(time) && isEventId(id ?? '') && rest.length === 0,
  );
}

/** Of the years 1 to 9999: PostgreSQL reads neither the year 0 nor JavaScript's six digits. */
function isIsoTime(text = ''): boolean {
  const time = new Date(text);
  return /^(?!0000)\d{4}-/.test(text) && !Number.isNaN(time.getTime()) && time.toISOString() === text;
}

function cleanFilter(filter: Optional<EventFilterInput>): EventListFilter {
  const { status = null, from = null, to = null } = filter ?? {};
  if (from !== null && to !== null && from > to)
    throw badUserInput('filter.to', 'filter.to must not be before filter.from.');
  return {
    status,
    from,
    to,
    search: cleanGivenText(filter?.search, { field: 'filter.search', max: 100 }),
    city: cleanGivenText(filter?.city, { field: 'filter.city', max: 200 }),
  };
}
