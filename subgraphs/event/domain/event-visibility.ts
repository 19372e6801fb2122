import type { EventRecord } from './event.ts';

/** What of a viewer decides which drafts they see. */
export interface Onlooker {
  /** Undefined for strangers and services. */
  readonly userId: string | undefined;
  /** ADMINs, and services that ask for an entity. */
  readonly seesDrafts: boolean;
}

/** Drafts and proposals are their organizer's and the ADMINs'. */
export function isVisibleTo(event: Pick<EventRecord, 'status' | 'organizerId'>, onlooker: Onlooker): boolean {
  return event.status !== 'DRAFT' || onlooker.seesDrafts || isOrganizer(event, onlooker);
}

export function isOrganizer(event: Pick<EventRecord, 'organizerId'>, { userId }: Onlooker): boolean {
  return userId !== undefined && event.organizerId === userId;
}
