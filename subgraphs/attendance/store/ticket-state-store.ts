import type { Transaction } from '@tixgo/platform/database/database.ts';
import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { EntryPolicy, Scan } from '../domain/door.ts';
import { type TicketState, unseen } from '../domain/ticket-state.ts';
import { ticketStates } from './tables.ts';

/** A scan that moved its ticket's state, with what the state was. */
export interface Admission {
  readonly scan: Scan;
  /** The scan's place among the accepted ones of its ticket. */
  readonly ordinal: number;
  readonly before: TicketState;
  readonly after: TicketState;
}

/** The rule of `admitsEntry`, as a condition on the row that an entry would write over. */
const entryConditions: Readonly<Record<EntryPolicy, SQL>> = {
  ONCE: sql`state.entries = 0`,
  ONCE_PER_DAY: sql`state.last_entry_on is distinct from excluded.last_entry_on`,
  REENTRY_AFTER_EXIT: sql`not state.inside`,
  UNLIMITED: sql`true`,
};

interface MovedRow extends Record<string, unknown> {
  readonly ticket_id: string;
  readonly entries: number;
  readonly accepted: number;
  readonly first_gate: string | null;
  readonly gate: string | null;
  readonly last_entry: string | null;
  readonly last_entry_on: string | null;
  readonly was_inside: boolean;
  readonly was_gate: string | null;
}

const moved = sql`state.ticket_id, entries, accepted, first_gate, gate, last_entry, last_entry_on, was_inside, was_gate`;

/**
 * Lets in whom the policy admits: the upsert decides, never a read before it, so that of any number of scans at once
 * one wins. Rows are taken in the order of their ticket ids, as everywhere, so that two batches cannot deadlock.
 * @param contenders each ticket at most once
 * @param dayOf the day of a scan in the event's zone
 */
export async function enter(
  transaction: Transaction,
  eventId: string,
  policy: EntryPolicy,
  contenders: readonly Scan[],
  dayOf: (scan: Scan) => string,
): Promise<Admission[]> {
  const rows = contenders.map((scan) => ({
    id: scan.id,
    ticket_id: scan.ticketId,
    gate: scan.gate,
    day: dayOf(scan),
  }));
  const result = await transaction.execute<MovedRow>(sql`
    insert into ${ticketStates} as state
      (event_id, ticket_id, entries, inside, accepted, first_gate, gate, last_entry, last_entry_on, was_inside, was_gate)
    select ${eventId}, scan.ticket_id, 1, true, 1, scan.gate, scan.gate, scan.id, scan.day, false, null
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as scan(id uuid, ticket_id text, gate text, day date)
    order by scan.ticket_id collate "C"
    on conflict (event_id, ticket_id) do update set
      entries = state.entries + 1,
      inside = true,
      accepted = state.accepted + 1,
      first_gate = case when state.entries = 0 then excluded.first_gate else state.first_gate end,
      gate = excluded.gate,
      last_entry = excluded.last_entry,
      last_entry_on = excluded.last_entry_on,
      was_inside = state.inside,
      was_gate = state.gate
    where ${entryConditions[policy]}
    returning ${moved}`);
  return admissions(contenders, result.rows, (row) => ({ entries: row.entries - 1, inside: true }));
}

/** Lets out whom it knows to be inside. @param contenders each ticket at most once */
export async function leave(
  transaction: Transaction,
  eventId: string,
  contenders: readonly Scan[],
): Promise<Admission[]> {
  const ticketIds = JSON.stringify(contenders.map(({ ticketId }) => ticketId));
  const result = await transaction.execute<MovedRow>(sql`
    with leaving as (
      select event_id, ticket_id from ${ticketStates}
      where event_id = ${eventId} and inside
        and ticket_id in (select jsonb_array_elements_text(${ticketIds}::jsonb))
      order by ticket_id collate "C"
      for update
    )
    update ${ticketStates} as state
    set inside = false, accepted = state.accepted + 1, was_inside = true, was_gate = state.gate
    from leaving
    where state.event_id = leaving.event_id and state.ticket_id = leaving.ticket_id
    returning ${moved}`);
  return admissions(contenders, result.rows, (row) => ({ entries: row.entries, inside: false }));
}

function admissions(
  contenders: readonly Scan[],
  rows: readonly MovedRow[],
  change: (row: MovedRow) => { entries: number; inside: boolean },
): Admission[] {
  const byTicket = new Map(contenders.map((scan) => [scan.ticketId, scan]));
  return rows.flatMap((row) => {
    const scan = byTicket.get(row.ticket_id);
    if (!scan) return [];
    const { entries, inside } = change(row);
    const after: TicketState = {
      entries: row.entries,
      inside,
      firstGate: row.first_gate,
      gate: row.gate,
      lastEntry: row.last_entry,
      lastEntryOn: row.last_entry_on,
    };
    const before = { ...after, entries, inside: row.was_inside, gate: row.was_gate };
    return [{ scan, ordinal: row.accepted, before, after }];
  });
}

const stateColumns = {
  entries: ticketStates.entries,
  inside: ticketStates.inside,
  firstGate: ticketStates.firstGate,
  gate: ticketStates.gate,
  lastEntry: ticketStates.lastEntry,
  lastEntryOn: ticketStates.lastEntryOn,
};

const ofTicket = (eventId: string, ticketId: string) =>
  and(eq(ticketStates.eventId, eventId), eq(ticketStates.ticketId, ticketId));

export async function lockTicketState(
  transaction: Transaction,
  eventId: string,
  ticketId: string,
): Promise<TicketState> {
  const query = transaction
    .select(stateColumns)
    .from(ticketStates)
    .where(ofTicket(eventId, ticketId))
    .for('update');
  const [state] = await query;
  return state ?? unseen;
}

export async function findTicketState(
  database: Pick<Transaction, 'select'>,
  eventId: string,
  ticketId: string,
): Promise<TicketState> {
  const [state] = await database.select(stateColumns).from(ticketStates).where(ofTicket(eventId, ticketId));
  return state ?? unseen;
}

export async function writeTicketState(
  transaction: Transaction,
  eventId: string,
  ticketId: string,
  state: TicketState,
): Promise<void> {
  await transaction.update(ticketStates).set(state).where(ofTicket(eventId, ticketId));
}
