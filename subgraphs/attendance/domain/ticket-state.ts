import type { EntryPolicy, ScanDirection } from './door.ts';

/** What a ticket's standing scans add up to. */
export interface TicketState {
  /** Accepted entries that were not undone. */
  readonly entries: number;
  readonly inside: boolean;
  /** Where it was first admitted. */
  readonly firstGate: string | null;
  /** Where it last came in. */
  readonly gate: string | null;
  /** The scan that last let it in; it answers for a refusal. */
  readonly lastEntry: string | null;
  /** The day of that scan in the event's zone, `YYYY-MM-DD`. */
  readonly lastEntryOn: string | null;
}

export interface StandingScan {
  readonly id: string;
  readonly direction: ScanDirection;
  readonly gate: string | null;
  readonly on: string;
}

export const unseen: TicketState = {
  entries: 0,
  inside: false,
  firstGate: null,
  gate: null,
  lastEntry: null,
  lastEntryOn: null,
};

/** The state after the given scans in their order: the projection that undoing falls back to. */
export function stateAfter(scans: readonly StandingScan[]): TicketState {
  return scans.reduce(
    (state, scan) => (scan.direction === 'EXIT' ? { ...state, inside: false } : afterEntry(state, scan)),
    unseen,
  );
}

function afterEntry(state: TicketState, scan: StandingScan): TicketState {
  return {
    entries: state.entries + 1,
    inside: true,
    firstGate: state.entries === 0 ? scan.gate : state.firstGate,
    gate: scan.gate,
    lastEntry: scan.id,
    lastEntryOn: scan.on,
  };
}

/**
 * Whether an entry would be let in, to answer without admitting. What decides an admission is the same rule as a
 * condition of the store's upsert; a test holds the two together.
 */
export function admitsEntry(policy: EntryPolicy, state: TicketState, today: string): boolean {
  switch (policy) {
    case 'ONCE':
      return state.entries === 0;
    case 'ONCE_PER_DAY':
      return state.lastEntryOn !== today;
    case 'REENTRY_AFTER_EXIT':
      return !state.inside;
    case 'UNLIMITED':
      return true;
  }
}
