/** What the ticket service knows of an event, by facts or by asking its owner. */
export interface SaleEvent {
  readonly id: string;
  readonly status: 'DRAFT' | 'PUBLISHED' | 'CANCELED';
  /** Bounds all types together; null: unbounded. */
  readonly capacity: number | null;
  readonly gates: readonly string[];
  readonly endsAt: Date;
  /** Its version: the event's `updatedAt`. */
  readonly updatedAt: Date;
  /** Whether somebody ordered; the event's owner has been told then. */
  readonly hasSales: boolean;
}
