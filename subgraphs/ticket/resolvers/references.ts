/** What stands for the entities of other subgraphs, and for a summary: their keys. */
export interface EventKey {
  readonly id: string;
}

export interface SummaryKey {
  readonly eventId: string;
}

export interface UserKey {
  readonly id: string;
}
