/** What stands for the entities of other subgraphs, and for an attendance: their keys. */
export interface AttendanceKey {
  readonly eventId: string;
}

export interface EventKey {
  readonly id: string;
}

export interface TicketKey {
  readonly id: string;
}

/** A user as the scan kept them. */
export interface UserStub {
  readonly id: string;
  readonly username: string;
}
