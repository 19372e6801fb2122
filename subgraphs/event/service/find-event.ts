import { notFound } from '@tixgo/platform/errors.ts';
import { loaderById } from '@tixgo/platform/graphql/loader-by-id.ts';
import type { Viewer } from '@tixgo/platform/viewer.ts';
import { isEventId } from '@tixgo/schema/facts/event-id.ts';
import type { EventRecord } from '../domain/event.ts';
import { isVisibleTo } from '../domain/event-visibility.ts';
import { findEvents } from '../store/event-store.ts';
import type { EventDependencies } from './dependencies.ts';
import { onlookerOf } from './onlooker.ts';

/** Finds the events that a viewer may see, those of one request in one statement. */
export interface EventFinder {
  find(id: string): Promise<EventRecord | undefined>;
  /** @throws NOT_FOUND, for a hidden one as well */
  get(id: string): Promise<EventRecord>;
}

export const eventFinder =
  ({ database }: EventDependencies) =>
  (viewer: Viewer): EventFinder => {
    const onlooker = onlookerOf(viewer);
    const events = loaderById<EventRecord>(
      (ids) => findEvents(database, ids),
      ({ id }) => id,
    );
    const find = async (id: string) => {
      const event = isEventId(id) ? await events.load(id) : undefined;
      return event && isVisibleTo(event, onlooker) ? event : undefined;
    };
    const get = async (id: string) => {
      const event = await find(id);
      if (!event) throw notFound('event');
      return event;
    };
    return { find, get };
  };
