/** Whether bad rows keep the good ones out. */
export const importModes = ['ALL_OR_NOTHING', 'SKIP_BAD'] as const;
export type ImportMode = (typeof importModes)[number];

/** Its tickets count at the door in DONE alone. */
export const importStatuses = ['RUNNING', 'DONE', 'FAILED', 'CANCELED'] as const;
export type ImportStatus = (typeof importStatuses)[number];

/** A list of tickets that were sold elsewhere, as far as it was read. */
export interface TicketImport {
  readonly id: string;
  readonly eventId: string;
  /** As its sender calls it; null when they did not say. */
  readonly fileName: string | null;
  readonly mode: ImportMode;
  readonly status: ImportStatus;
  readonly startedBy: { readonly id: string; readonly username: string };
  readonly rowsRead: number;
  readonly rowsTaken: number;
  readonly rowsBad: number;
  readonly bytesRead: number;
  /** Null when the sender did not say. */
  readonly bytesTotal: number | null;
  /** Columns that say nothing to TixGo, by their names. */
  readonly ignoredColumns: readonly string[];
  /** Of FAILED: why. */
  readonly failure: string | null;
  readonly startedAt: Date;
  /** Null while it is RUNNING. */
  readonly finishedAt: Date | null;
}

/** What is wrong with a row. */
export interface RowError {
  /** Where the row begins; the header is in line 1, unless empty lines come before it. */
  readonly line: number;
  /** The column; null: the row as a whole. */
  readonly field: ImportColumn | null;
  /** The row's code as far as it can be shown. */
  readonly code: string | null;
  readonly reason: string;
}

export const importColumns = ['code', 'name', 'type', 'valid_from', 'valid_until', 'gates'] as const;
export type ImportColumn = (typeof importColumns)[number];
