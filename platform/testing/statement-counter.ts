import type { DatabaseServer } from '../database/database.ts';

/** The SQL that reaches the database while `work` runs, transactions' own statements included. */
export async function statementsDuring(
  server: DatabaseServer,
  work: () => Promise<unknown>,
): Promise<string[]> {
  const statements: string[] = [];
  const record = (client: { query: (...query: never[]) => unknown }) => {
    const query = client.query.bind(client);
    client.query = (...args: never[]) => {
      const [first] = args as unknown[];
      statements.push(typeof first === 'string' ? first : String((first as { text?: unknown }).text));
      return query(...args);
    };
    return () => {
      client.query = query;
    };
  };
  const connections = new Map<object, () => void>();
  const onAcquire = (client: object) => {
    if (!connections.has(client)) connections.set(client, record(client as never));
  };
  server.pool.on('acquire', onAcquire);
  try {
    await work();
  } finally {
    server.pool.off('acquire', onAcquire);
    for (const restore of connections.values()) restore();
  }
  // The relay looks by itself, whatever is asked meanwhile.
  return statements.filter((statement) => !/ from "\w+"."outbox"/.test(statement));
}
