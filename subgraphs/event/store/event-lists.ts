import type { Queryable } from '@tixgo/platform/database/database.ts';
import { containing } from '@tixgo/platform/database/like-pattern.ts';
import type { Page } from '@tixgo/platform/graphql/connection.ts';
import { and, asc, desc, eq, gte, like, lt, ne, or, type SQL, sql } from 'drizzle-orm';
import { caseKey } from '../domain/case-key.ts';
import type { EventRecord, EventStatus } from '../domain/event.ts';
import type { Onlooker } from '../domain/event-visibility.ts';
import { eventColumns, isLive } from './event-store.ts';
import { events } from './tables.ts';

const eventOrders = ['STARTS_AT_ASC', 'STARTS_AT_DESC', 'CREATED_AT_DESC'] as const;
export type EventOrder = (typeof eventOrders)[number];

export interface EventListFilter {
  readonly status: EventStatus | null;
  readonly search: string | null;
  readonly city: string | null;
  readonly from: Date | null;
  readonly to: Date | null;
}

/** A time in ISO form, and the id among events of the same time. */
export type EventListKey = readonly [time: string, id: string];

const sortColumn = (order: EventOrder) => (order === 'CREATED_AT_DESC' ? events.createdAt : events.startsAt);

export function eventListKey(event: EventRecord, order: EventOrder): EventListKey {
  const time = order === 'CREATED_AT_DESC' ? event.createdAt : event.startsAt;
  return [time.toISOString(), event.id];
}

/** One row more than the page, when there is one. */
export async function listEvents(
  database: Queryable,
  page: Page<EventListKey>,
  order: EventOrder,
  filter: EventListFilter,
  onlooker: Onlooker,
): Promise<EventRecord[]> {
  return await listWhere(database, page, order, [visibleTo(onlooker), ...conditionsOf(filter)]);
}

/** Newest first. */
export async function listEventsOf(
  database: Queryable,
  page: Page<EventListKey>,
  organizerId: string,
): Promise<EventRecord[]> {
  return await listWhere(database, page, 'CREATED_AT_DESC', [eq(events.organizerId, organizerId)]);
}

async function listWhere(
  database: Queryable,
  page: Page<EventListKey>,
  order: EventOrder,
  conditions: readonly (SQL | undefined)[],
): Promise<EventRecord[]> {
  const column = sortColumn(order);
  const direction = order === 'STARTS_AT_ASC' ? asc : desc;
  return await database
    .select(eventColumns)
    .from(events)
    .where(and(isLive, afterKey(page.after, order), ...conditions))
    .orderBy(direction(column), direction(events.id))
    .limit(page.first + 1);
}

function afterKey(key: EventListKey | undefined, order: EventOrder): SQL | undefined {
  if (!key) return undefined;
  const [time, id] = key;
  const rows = sql`(${sortColumn(order)}, ${events.id})`;
  const last = sql`(${time}::timestamptz, ${id})`;
  return order === 'STARTS_AT_ASC' ? sql`${rows} > ${last}` : sql`${rows} < ${last}`;
}

function visibleTo({ userId, seesDrafts }: Onlooker): SQL | undefined {
  if (seesDrafts) return undefined;
  const isPublic = ne(events.status, 'DRAFT');
  return userId === undefined ? isPublic : or(isPublic, eq(events.organizerId, userId));
}

function conditionsOf({ status, search, city, from, to }: EventListFilter): (SQL | undefined)[] {
  return [
    status === null ? undefined : eq(events.status, status),
    search === null ? undefined : matches(search),
    city === null ? undefined : eq(events.cityKey, caseKey(city)),
    from === null ? undefined : gte(events.startsAt, from),
    to === null ? undefined : lt(events.startsAt, to),
  ];
}

function matches(search: string): SQL | undefined {
  const pattern = containing(caseKey(search));
  return or(like(events.nameKey, pattern), like(events.venueKey, pattern));
}
