/** A ticket that was sold elsewhere. Its code is its id. */
export interface ImportedTicket {
  /** 1..128 characters, case kept. */
  readonly code: string;
  readonly holderName: string | null;
  readonly typeName: string | null;
  /** Gates that admit it; null: every gate of the event. */
  readonly gates: readonly string[] | null;
  /** Null: unbounded. */
  readonly validFrom: Date | null;
  readonly validUntil: Date | null;
}
