import type { EventFinder } from '../service/find-event.ts';

/** What stands for the entities of other subgraphs, and for a summary: their keys. */
export interface EventKey {
  readonly eventId: string;
  /** Where the way led through the event: as it was then, whatever the document does to it later. */
  readonly event?: Awaited<ReturnType<EventFinder['get']>>;
}

export interface UserKey {
  readonly id: string;
}
