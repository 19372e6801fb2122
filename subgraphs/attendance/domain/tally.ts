import type { TicketState } from './ticket-state.ts';

/** How far tickets move an event's counters, and those of its gates. */
export interface TallyChange {
  checkedIn: number;
  inside: number;
  readonly gates: Map<string, { checkedIn: number; inside: number }>;
}

export function noChange(): TallyChange {
  return { checkedIn: 0, inside: 0, gates: new Map() };
}

/** Adds what it means for the counters that a ticket's state went from `before` to `after`. */
export function addTransition(change: TallyChange, before: TicketState, after: TicketState): void {
  count(change, before, -1);
  count(change, after, 1);
}

function count(change: TallyChange, state: TicketState, sign: 1 | -1): void {
  if (state.entries > 0) {
    change.checkedIn += sign;
    atGate(change, state.firstGate).checkedIn += sign;
  }
  if (state.inside) {
    change.inside += sign;
    atGate(change, state.gate).inside += sign;
  }
}

function atGate(change: TallyChange, gate: string | null): { checkedIn: number; inside: number } {
  const counts = gate === null ? undefined : change.gates.get(gate);
  const found = counts ?? { checkedIn: 0, inside: 0 };
  if (gate !== null) change.gates.set(gate, found);
  return found;
}
