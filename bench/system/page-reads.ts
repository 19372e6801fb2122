import pg from 'pg';
import type { Bench } from '../scenario.ts';

export interface PageReads {
  /** Since a page was last asked for, in milliseconds; Infinity when no connection remembers one. */
  readonly sinceLast: number;
  /** Those that run now. */
  readonly running: number;
  /** Transactions of the database that have been open for over a second, whatever they do. */
  readonly longTransactions: number;
}

/** An export's statement is known by the order in which it reads scans with what undid them. */
const statement = `
  select
    extract(epoch from clock_timestamp() - max(query_start) filter (where is_page))::float8 * 1000 as "sinceLast",
    count(*) filter (where is_page and state <> 'idle')::int as running,
    count(*) filter (where xact_start < clock_timestamp() - interval '1 second')::int as "longTransactions"
  from (
    select state, query_start, xact_start, query like 'select %"undoing"%order by%limit $%' as is_page
    from pg_stat_activity
    where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
  ) as connections`;

/** Looks at what hosts ask PostgreSQL for, on a connection of its own. */
export async function watchPageReads(
  { resources }: Bench,
  databaseUrl: string,
): Promise<() => Promise<PageReads>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  resources.defer(() => client.end());
  return async () => {
    const { rows } = await client.query(statement);
    const [{ sinceLast, running, longTransactions }] = rows;
    return { sinceLast: sinceLast ?? Number.POSITIVE_INFINITY, running, longTransactions };
  };
}
