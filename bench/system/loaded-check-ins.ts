import pg from 'pg';
import { gates } from './events.ts';

/** The log and every projection of it, as `count` accepted entries over eight hours would have left them. */
const statements = [
  `insert into attendance.scan (id, event_id, ticket_id, outcome, direction, gate, at, by_id, by_username, ordinal)
   select
     -- A UUIDv7: milliseconds, version, and the row's number where chance would stand.
     (lpad(to_hex(floor(extract(epoch from at) * 1000)::bigint), 12, '0') || '7000' || '8' || lpad(to_hex(n), 15, '0'))::uuid,
     $1, 'ticket-' || n, 'ADMITTED', 'ENTRY', ($3::text[])[1 + n % 4], at,
     ('00000000-0000-7000-8000-' || lpad(to_hex(n % 20), 12, '0'))::uuid, 'scanner-' || n % 20, 1
   from (
     select n, date_trunc('milliseconds', now() - interval '8 hours' + n * (interval '8 hours' / $2)) as at
     from generate_series(1, $2::int) as n
   ) as numbered`,
  `insert into attendance.ticket_state
     (event_id, ticket_id, entries, inside, accepted, first_gate, gate, last_entry, last_entry_on)
   select event_id, ticket_id, 1, true, 1, gate, gate, id, (at at time zone 'UTC')::date
   from attendance.scan where event_id = $1`,
  'update attendance.event_tally set checked_in = $2::int, inside = $2, records = $2 where event_id = $1',
  `insert into attendance.gate_tally (event_id, gate, checked_in, inside)
   select event_id, gate, count(*), count(*) from attendance.scan where event_id = $1 group by event_id, gate`,
  `insert into attendance.minute_tally (event_id, minute, entries, exits)
   select event_id, date_trunc('minute', at), count(*), 0 from attendance.scan where event_id = $1
   group by event_id, date_trunc('minute', at)`,
  'update event.event set has_admissions = true where id = $1',
];

/** Loads rows straight into the tables, for an event without a scan whose door is known. */
export async function loadCheckIns(databaseUrl: string, eventId: string, count: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('begin');
    for (const statement of statements) {
      const values = [eventId, count, gates].filter((_, index) => statement.includes(`$${index + 1}`));
      await client.query(statement, values);
    }
    await client.query('commit');
    // Without it the first queries would write hint bits for the loader.
    await client.query('vacuum (analyze)');
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}
