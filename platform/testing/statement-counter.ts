import { AsyncLocalStorage } from 'node:async_hooks';
import type { DatabaseServer } from '../database/database.ts';

type Query = (...query: never[]) => unknown;

/** Says of whose sake a statement is: what is called and awaited by the work shares its context. */
const counted = new AsyncLocalStorage<true>();
/** The pool hands its queries on to a client, in which they are not new ones. */
const handedOn = new AsyncLocalStorage<true>();

/**
 * The SQL that `work` asks of the database itself, transactions' own statements included. What the service does by
 * itself meanwhile (its relay, its sweeps) is not the work's. What crosses HTTP loses the context: for that there is
 * `allStatementsDuring`.
 */
export async function statementsDuring(
  server: DatabaseServer,
  work: () => Promise<unknown>,
): Promise<string[]> {
  const statements = await record(
    server,
    () => counted.getStore() === true,
    () => counted.run(true, work),
  );
  // The relay is woken by the work that tells a fact, but carries it for nobody's sake.
  return statements.filter(
    (statement) => !/ from "\w+"\."outbox"|update "\w+"\."(outbox|relay_lease)"/.test(statement),
  );
}

/** The SQL that reaches the database while `work` runs, whoever asks. */
export async function allStatementsDuring(
  server: DatabaseServer,
  work: () => Promise<unknown>,
): Promise<string[]> {
  return await record(server, () => true, work);
}

async function record(
  { pool }: DatabaseServer,
  counts: () => boolean,
  work: () => Promise<unknown>,
): Promise<string[]> {
  const statements: string[] = [];
  const restore = new Map<object, () => void>();
  const listenTo = (asked: { query: Query }) => {
    if (restore.has(asked)) return;
    const query = asked.query.bind(asked);
    asked.query = (...args: never[]) => {
      if (counts() && handedOn.getStore() !== true) statements.push(textOf(args[0]));
      return handedOn.run(true, () => query(...args));
    };
    restore.set(asked, () => {
      asked.query = query;
    });
  };
  const onAcquire = (client: unknown) => listenTo(client as { query: Query });
  listenTo(pool as never);
  pool.on('acquire', onAcquire);
  try {
    await work();
  } finally {
    pool.off('acquire', onAcquire);
    for (const each of restore.values()) each();
  }
  return statements;
}

function textOf(query: unknown): string {
  return typeof query === 'string' ? query : String((query as { text?: unknown }).text);
}
